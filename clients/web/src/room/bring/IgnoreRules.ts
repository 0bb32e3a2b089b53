import ignore, { type Ignore } from "ignore";
import type { Incoming } from "./Incoming.ts";

/** A longer list of rules is no list of rules. */
const mostBytes = 256 * 1024;

interface Rules {
  readonly folder: string;
  readonly list: Ignore;
}

/** The .gitignore files on the way down to a folder: the nearest that knows a path decides, as in git. */
export class IgnoreRules {
  readonly #all: readonly Rules[];

  constructor(all: readonly Rules[] = []) {
    this.#all = all;
  }

  /** With those of a folder's own list, if it has one that can be read. */
  async within(list: Incoming | undefined, folder: string): Promise<IgnoreRules> {
    if (list === undefined || list.size > mostBytes) return this;
    try {
      const text = new TextDecoder().decode(await list.read());
      return new IgnoreRules([{ folder, list: ignore().add(text) }, ...this.#all]);
    } catch {
      return this; // the file itself is told of when it is to be brought
    }
  }

  /** Why a path is left out; a folder's ends with "/". */
  why(path: string): string | undefined {
    for (const { folder, list } of this.#all) {
      const { ignored, unignored } = list.test(folder === "" ? path : path.slice(folder.length + 1));
      if (unignored) return undefined;
      if (ignored) return `.gitignore${folder === "" ? "" : ` of ${folder}`} leaves it out`;
    }
    return undefined;
  }
}
