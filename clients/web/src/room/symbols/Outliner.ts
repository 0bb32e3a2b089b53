import type { Outlined } from "./CodeSymbol.ts";
import type { Grammar } from "./grammars.ts";
import type { Answer, Question } from "./outline.worker.ts";

/** A longer text is not read, in UTF-16 units. */
export const longestText = 1_000_000;
/** A text that takes longer is given up. */
const patienceMs = 5_000;
/** What a language needs is given up after so long. */
const fetchMs = 30_000;
/** The worker and its memory go after so long without a question. */
const idleMs = 60_000;

interface Job extends Question {
  readonly signal: AbortSignal | undefined;
  readonly resolve: (outlined: Outlined | undefined) => void;
}

/**
 * Asks for the outlines of texts, one after the other, of a worker that is there while it is needed.
 *
 * Always: the page never waits for the worker; a text can cost no more than `patienceMs` and the worker's bounded memory; after any
 * trouble the worker is ended, and the next question has a new one.
 */
export class Outliner {
  readonly #waiting: Job[] = [];
  #now: Job | undefined;
  #worker: Worker | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #patienceMs: number;

  constructor(patience = patienceMs) {
    this.#patienceMs = patience;
  }

  /** @returns undefined where it was called off before it came to it. */
  outline(grammar: Grammar, text: string, signal?: AbortSignal): Promise<Outlined | undefined> {
    if (text.length > longestText) return Promise.resolve("large");
    // Monaco's lines end at any of the three; the engine's at a line feed.
    const lines = text.replace(/\r\n?/g, "\n");
    return new Promise((resolve) => {
      this.#waiting.push({ grammar, text: lines, signal, resolve });
      if (this.#now === undefined) this.#next();
    });
  }

  /** Ends the worker and calls everything off. It may be asked again. */
  close(): void {
    for (const { resolve } of this.#waiting.splice(0)) resolve(undefined);
    this.#now?.resolve(undefined);
    this.#now = undefined;
    this.#end();
  }

  #next(): void {
    this.#now = this.#waiting.shift();
    const job = this.#now;
    if (job === undefined) {
      this.#within(idleMs, () => this.#end());
    } else if (job.signal?.aborted) {
      job.resolve(undefined);
      this.#next();
    } else {
      this.#worker ??= this.#begin();
      this.#worker.postMessage({ grammar: job.grammar, text: job.text } satisfies Question);
      this.#within(fetchMs, () => this.#done("unreachable"));
    }
  }

  #done(outlined: Outlined): void {
    if (typeof outlined === "string") this.#end();
    this.#now?.resolve(outlined);
    this.#next();
  }

  #begin(): Worker {
    const worker = new Worker(new URL("./outline.worker.ts", import.meta.url), { type: "module" });
    worker.addEventListener("message", ({ data }: MessageEvent<Answer>) => {
      if (worker !== this.#worker) return;
      if (data === "begun") this.#within(this.#patienceMs, () => this.#done("slow"));
      else this.#done(data);
    });
    worker.addEventListener("error", () => worker === this.#worker && this.#done("unreachable"));
    return worker;
  }

  #within(ms: number, otherwise: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(otherwise, ms);
  }

  #end(): void {
    clearTimeout(this.#timer);
    this.#worker?.terminate();
    this.#worker = undefined;
  }
}
