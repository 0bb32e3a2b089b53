import picomatch from "picomatch";

/**
 * Whether a path is one of those that are wanted. @param include comma-separated patterns, nothing: all; a pattern without a slash
 * means a name anywhere, and a folder means all that is in it. @param exclude those that are not, in the same way
 */
export function pathFilter(include: string, exclude: string): (path: string) => boolean {
  const [wanted, unwanted] = [matcher(include), matcher(exclude)];
  return (path) => (wanted === undefined || wanted(path)) && !unwanted?.(path);
}

function matcher(patterns: string): ((path: string) => boolean) | undefined {
  const globs = split(patterns).flatMap((pattern) => {
    const path = pattern.replace(/^\.?\//, "").replace(/\/$/, "");
    if (path === "") return [];
    const anywhere =
      pattern.startsWith("/") || pattern.startsWith("./") || path.startsWith("**/") ? path : `**/${path}`;
    return [anywhere, `${anywhere}/**`];
  });
  return globs.length === 0 ? undefined : picomatch(globs, { dot: true, nocase: true });
}

/** At commas that stand in no braces. */
function split(patterns: string): string[] {
  const parts = [""];
  let depth = 0;
  for (const letter of patterns) {
    if (letter === "{") depth++;
    else if (letter === "}") depth = Math.max(0, depth - 1);
    if (letter === "," && depth === 0) parts.push("");
    else parts[parts.length - 1] += letter;
  }
  return parts.map((part) => part.trim()).filter((part) => part !== "");
}
