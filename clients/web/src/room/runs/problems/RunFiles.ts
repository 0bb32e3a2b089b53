import type { TreeNode } from "@coterie/core";

/** Where a run's files lie in the sandbox. */
const folder = "box";

/** The files of the room as they were called when a run began. */
export class RunFiles {
  readonly #byPath: ReadonlyMap<string, string>;
  readonly #byName = new Map<string, string | undefined>();

  constructor(nodes: readonly TreeNode[]) {
    const files = nodes.filter(({ kind }) => kind === "file");
    this.#byPath = new Map(files.map(({ path, id }) => [path, id]));
    for (const { name, path } of files) this.#byName.set(name, this.#byName.has(name) ? undefined : path);
  }

  /** @param said a path such as "/box/a.c", "./a.c", "a.c", "file:///box/a.c" */
  find(said: string): { readonly file: string; readonly path: string } | undefined {
    const path = within(said);
    const file = path === undefined ? undefined : this.#byPath.get(path);
    return path === undefined || file === undefined ? undefined : { path, file };
  }

  /** By its name alone, where only one file has it. */
  named(name: string): { readonly file: string; readonly path: string } | undefined {
    const path = this.#byName.get(name);
    return path === undefined ? undefined : this.find(path);
  }
}

/** A path in the run's folder; undefined where it leads out of it. */
function within(said: string): string | undefined {
  const plain = said.startsWith("file://") ? said.slice("file://".length) : said;
  const steps: string[] = [];
  for (const step of plain.split("/")) {
    if (step === "..") {
      if (steps.pop() === undefined) return undefined;
    } else if (step !== "" && step !== ".") steps.push(step);
  }
  if (!plain.startsWith("/")) return steps.join("/");
  return steps[0] === folder ? steps.slice(1).join("/") : undefined;
}
