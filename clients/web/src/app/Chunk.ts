import { useCallback, useEffect, useState } from "react";
import { BrokenPart, notImported } from "./unloaded.ts";

/** Styles that did not come: who imports a module anew takes them for fetched. */
const lostStyles = new Set<HTMLLinkElement>();
const noteLost = ({ target }: Event) => {
  if (target instanceof HTMLLinkElement && target.rel === "stylesheet") lostStyles.add(target);
};
addEventListener("error", noteLost, true);

/**
 * A part of the page that is fetched ahead of its first use, once; where it did not come it is fetched anew by who asks next. Where it has
 * come by then it is drawn at once: React's own `lazy` shows first what stands in for it, also when nothing has to be waited for, and keeps
 * that for 300 ms.
 */
export class Chunk<Module> {
  readonly #load: () => Promise<Module>;
  #fetched: Promise<Module> | undefined;
  #come: Module | undefined;

  constructor(load: () => Promise<Module>) {
    this.#load = load;
  }

  get come(): Module | undefined {
    return this.#come;
  }

  /** @throws Error whose text is for a person */
  fetch(): Promise<Module> {
    if (this.#fetched === undefined) {
      this.#fetched = this.#ask();
      this.#fetched.catch(() => {
        this.#fetched = undefined;
      });
    }
    return this.#fetched;
  }

  async #ask(): Promise<Module> {
    try {
      await Promise.all([...lostStyles].map(fetchAgain));
      this.#come = await this.#load();
      return this.#come;
    } catch (cause) {
      throw notImported(cause);
    }
  }
}

async function fetchAgain(lost: HTMLLinkElement): Promise<void> {
  lostStyles.delete(lost);
  const link = lost.cloneNode() as HTMLLinkElement;
  const settled = new Promise((resolve, reject) => {
    link.addEventListener("load", resolve);
    link.addEventListener("error", reject);
  });
  lost.replaceWith(link);
  await settled;
}

interface Asked<Module> {
  /** Undefined until it has come. */
  readonly module: Module | undefined;
  readonly problem: "lost" | "broken" | undefined;
  readonly again: () => void;
}

/** What it holds, once it has come, for who draws it. */
export function useChunk<Module>(chunk: Chunk<Module>): Asked<Module> {
  const [, come] = useState<Module | undefined>(chunk.come);
  const [problem, setProblem] = useState<Asked<Module>["problem"]>();
  const again = useCallback(() => {
    setProblem(undefined);
    chunk.fetch().then(come, (error: unknown) => setProblem(error instanceof BrokenPart ? "broken" : "lost"));
  }, [chunk]);
  useEffect(again, [again]);
  return { module: chunk.come, problem, again };
}
