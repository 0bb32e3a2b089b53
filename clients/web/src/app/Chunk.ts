import { useEffect, useState } from "react";

/**
 * A part of the page that is fetched ahead of its first use, once. Where it has come by then it is drawn at once: React's own `lazy` shows
 * first what stands in for it, also when nothing has to be waited for, and keeps that for 300 ms.
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

  fetch(): Promise<Module> {
    if (this.#fetched === undefined) {
      this.#fetched = this.#load().then((module) => {
        this.#come = module;
        return module;
      });
      this.#fetched.catch(() => {}); // whoever draws it is told
    }
    return this.#fetched;
  }
}

/** What it holds, or undefined until it has come. Where it cannot be fetched this throws, for who catches what fails while it is drawn. */
export function useChunk<Module>(chunk: Chunk<Module>): Module | undefined {
  const [, come] = useState<Module | undefined>(chunk.come);
  const [failure, fail] = useState<{ readonly reason: unknown }>();
  useEffect(() => void chunk.fetch().then(come, (reason: unknown) => fail({ reason })), [chunk]);
  if (failure) throw failure.reason;
  return chunk.come;
}
