import type { TreeNode } from "@coterie/core";

interface Found {
  /** The id of its node. */
  readonly file: string;
  /** In the room. */
  readonly path: string;
}

/** Where a run's files lie in the sandbox. */
const box = /^\/box\//;

/** The files of the room as they were called when a run began. */
export class RunFiles {
  readonly #byPath: ReadonlyMap<string, Found>;
  /** The paths there, by their last part. */
  readonly #byName = new Map<string, string | undefined>();
  readonly #home: RegExp;

  /**
   * @param home what stands before a path there that is whole
   * @param there what a file of the room is called where the program runs; undefined where it did not go along
   */
  constructor(nodes: readonly TreeNode[], home = box, there: (path: string) => string | undefined = (path) => path) {
    this.#home = home;
    this.#byPath = new Map(
      nodes.flatMap(({ kind, path, id }) => {
        const called = kind === "file" ? there(path) : undefined;
        return called === undefined ? [] : [[called, { file: id, path }]];
      }),
    );
    for (const path of this.#byPath.keys()) {
      const name = path.slice(path.lastIndexOf("/") + 1);
      this.#byName.set(name, this.#byName.has(name) ? undefined : path);
    }
  }

  /** @param said a path such as "/box/a.c", "./a.c", "a.c", "file:///box/a.c" */
  find(said: string): Found | undefined {
    const path = this.#within(said);
    return path === undefined ? undefined : this.#byPath.get(path);
  }

  /** By its name alone, where only one file has it. */
  named(name: string): Found | undefined {
    const path = this.#byName.get(name);
    return path === undefined ? undefined : this.#byPath.get(path);
  }

  /** A path in the run's folder; undefined where it leads out of it. */
  #within(said: string): string | undefined {
    const plain = said.startsWith("file://") ? said.slice("file://".length) : said;
    const steps: string[] = [];
    for (const step of plain.split("/")) {
      if (step === "..") {
        if (steps.pop() === undefined) return undefined;
      } else if (step !== "" && step !== ".") steps.push(step);
    }
    const path = steps.join("/");
    if (!plain.startsWith("/")) return path;
    return this.#home.test(`/${path}`) ? `/${path}`.replace(this.#home, "") : undefined;
  }
}
