import { monaco } from "./monaco.ts";

/** Monaco's language for a file name: by whole name first (Dockerfile), then by the longest extension it knows. */
export function languageOf(name: string): string {
  const lower = name.toLowerCase();
  let best = { id: "plaintext", length: 0 };
  for (const { id, extensions = [], filenames = [] } of monaco.languages.getLanguages()) {
    if (filenames.some((known) => known.toLowerCase() === lower)) return id;
    for (const extension of extensions)
      if (lower.endsWith(extension.toLowerCase()) && extension.length > best.length)
        best = { id, length: extension.length };
  }
  return best.id;
}

/** Monaco's language of this name, as people write it behind a fence: its id, an alias or an extension ("ts", "C#", "python"). */
export function languageNamed(name: string): string | undefined {
  const wanted = name.toLowerCase();
  const known = monaco.languages.getLanguages();
  const named = known.find(({ id, aliases = [] }) => [id, ...aliases].some((one) => one.toLowerCase() === wanted));
  const extended = known.find(({ extensions = [] }) => extensions.some((one) => one.toLowerCase() === `.${wanted}`));
  const found = (named ?? extended)?.id;
  return found === "plaintext" ? undefined : found;
}

/** What people call a language. @param id Monaco's name of it */
export function titleOf(id: string): string {
  if (id === "plaintext") return "plain text";
  return monaco.languages.getLanguages().find((known) => known.id === id)?.aliases?.[0] ?? id;
}
