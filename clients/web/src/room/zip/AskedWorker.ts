import { unloaded } from "../../app/unloaded.ts";

/** What a worker answers to each thing it is asked, in their order. */
export type Answered<T> = { readonly value: T } | { readonly problem: string };

/**
 * A worker that is asked one thing after the other.
 *
 * Always: there is a worker only while it is needed, and somewhat longer; what is asked gets one answer, also where the worker cannot be
 * loaded, breaks or hangs: then it is ended, and the next question makes a new one, unless it was closed.
 */
export class AskedWorker<Question, Answer> {
  readonly #make: () => Worker;
  readonly #patienceMs: number;
  readonly #restMs: number;
  #worker: Worker | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;
  #rest: ReturnType<typeof setTimeout> | undefined;
  #giveUp: ((why: string) => void) | undefined;
  #closed = false;

  /** @param patienceMs one question takes no longer @param restMs after so long without one the worker is ended */
  constructor(make: () => Worker, patienceMs: number, restMs: number) {
    this.#make = make;
    this.#patienceMs = patienceMs;
    this.#restMs = restMs;
  }

  ask(question: Question): Promise<Answer> {
    this.#waiting++;
    const answer = this.#last.then(() => this.#ask(question));
    this.#last = answer.catch(() => {}).finally(() => this.#waited());
    return answer;
  }

  /** Whoever still waits hears so. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#rest);
    this.#giveUp?.("It was given up.");
    this.#end();
  }

  #ask(question: Question): Promise<Answer> {
    return new Promise((resolve, reject) => {
      if (this.#closed) return reject(new Error("It was given up."));
      clearTimeout(this.#rest);
      this.#worker ??= this.#make();
      const worker = this.#worker;
      const told = new AbortController();
      const settle = () => {
        told.abort();
        clearTimeout(patience);
        this.#giveUp = undefined;
      };
      this.#giveUp = (why) => {
        settle();
        this.#end();
        reject(new Error(why));
      };
      const patience = setTimeout(() => this.#giveUp?.("This takes too long: it was given up."), this.#patienceMs);
      const heard = ({ data }: MessageEvent<Answered<Answer>>) => {
        settle();
        if ("value" in data) resolve(data.value);
        else reject(new Error(data.problem));
      };
      worker.addEventListener("message", heard, told);
      worker.addEventListener(
        "error",
        () => this.#giveUp?.(`${unloaded} Or the browser is short of memory: then close other tabs.`),
        told,
      );
      worker.postMessage(question);
    });
  }

  #waited(): void {
    if (--this.#waiting === 0 && !this.#closed) this.#rest = setTimeout(() => this.#end(), this.#restMs);
  }

  #end(): void {
    this.#worker?.terminate();
    this.#worker = undefined;
  }
}
