import type { Query } from "./query.ts";
import type { Answer, Found, Most, Told } from "./search.worker.ts";

/** An expression that takes longer than this over one file is given up. */
const patienceMs = 5_000;

interface Listener {
  found(files: readonly Found[]): void;
  done(cut: boolean): void;
  /** It took too long; at that file or one behind it. */
  stuck(id: string | undefined): void;
  /** The worker could not be had: the server cannot be reached, or memory is short. */
  broken(): void;
}

/**
 * Texts in a worker, and one search through them at a time.
 *
 * Always: the worker has the texts it was given here, also after one that was stuck in an expression was ended and made anew; answers to
 * a search that another one followed are dropped.
 */
export class SearchWorker {
  readonly #texts = new Map<string, string>();
  #worker: Worker | undefined;
  #nth = 0;
  #listener: Listener | undefined;
  #next: string | undefined;
  #patience: ReturnType<typeof setTimeout> | undefined;

  textOf(id: string): string | undefined {
    return this.#texts.get(id);
  }

  set(id: string, text: string): void {
    this.#texts.set(id, text);
    if (this.#worker !== undefined) this.#tell({ type: "text", id, text });
  }

  delete(id: string): void {
    if (this.#texts.delete(id) && this.#worker !== undefined) this.#tell({ type: "gone", id });
  }

  search(query: Query, ids: readonly string[], most: Most, listener: Listener): void {
    this.#listener = listener;
    this.#next = ids[0];
    this.#tell({ type: "search", nth: ++this.#nth, query, ids, most });
    this.#wait();
  }

  /** Gives up what is being looked for. */
  stop(): void {
    this.#nth++;
    this.#listener = undefined;
    clearTimeout(this.#patience);
    if (this.#worker !== undefined) this.#tell({ type: "stop" });
  }

  /** Forgets all texts. */
  close(): void {
    this.stop();
    this.#end();
    this.#texts.clear();
  }

  #tell(message: Told): void {
    this.#worker ??= this.#begin();
    this.#worker.postMessage(message);
  }

  #begin(): Worker {
    const worker = new Worker(new URL("./search.worker.ts", import.meta.url), { type: "module" });
    worker.addEventListener("message", ({ data }: MessageEvent<Answer>) => this.#heard(data));
    worker.addEventListener("error", () => worker === this.#worker && this.#giveUp()?.broken());
    for (const [id, text] of this.#texts) worker.postMessage({ type: "text", id, text } satisfies Told);
    return worker;
  }

  #end(): void {
    this.#worker?.terminate();
    this.#worker = undefined;
  }

  #heard(answer: Answer): void {
    if (answer.nth !== this.#nth || this.#listener === undefined) return;
    if (answer.type === "found") {
      this.#next = answer.next;
      this.#wait();
      this.#listener.found(answer.files);
      return;
    }
    clearTimeout(this.#patience);
    this.#listener.done(answer.cut);
  }

  #wait(): void {
    clearTimeout(this.#patience);
    this.#patience = setTimeout(() => this.#giveUp()?.stuck(this.#next), patienceMs);
  }

  /** Ends the worker. @returns who is to hear of it */
  #giveUp(): Listener | undefined {
    const listener = this.#listener;
    this.#listener = undefined;
    this.#nth++;
    clearTimeout(this.#patience);
    this.#end();
    return listener;
  }
}
