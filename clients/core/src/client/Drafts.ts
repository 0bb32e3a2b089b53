import * as Y from "yjs";
import { Limits } from "../limits.ts";
import { splitUpdate } from "./splitUpdate.ts";

/** Updates of one Yjs client kept apart before they are merged into one. */
const MAX_APART = 200;

/**
 * What was typed and is not yet on its way: Yjs updates in order. Those of different Yjs client ids are never merged, because the
 * one merged would name structs before they are there (E3).
 */
export class Drafts {
  #runs: { readonly client: number; updates: Uint8Array[] }[] = [];
  /** What `payloads` gave, as long as it is still so: a long text is asked for often while it waits. */
  #payloads: readonly Uint8Array[] | undefined;

  get length(): number {
    return this.#runs.reduce((sum, { updates }) => sum + updates.length, 0);
  }

  /** @param client the Yjs client id that wrote all of it */
  add(client: number, update: Uint8Array): void {
    this.#payloads = undefined;
    let run = this.#runs.at(-1);
    if (run?.client !== client) {
      run = { client, updates: [] };
      this.#runs.push(run);
    }
    run.updates.push(update);
    if (run.updates.length > MAX_APART) run.updates = [Y.mergeUpdates(run.updates)];
  }

  clear(): void {
    this.#runs = [];
    this.#payloads = undefined;
  }

  /** All of it, in the fewest payloads that fit a record. Undefined where a single value does not fit; nothing is taken then. */
  payloads(): readonly Uint8Array[] | undefined {
    this.#payloads ??= this.#cut();
    return this.#payloads;
  }

  #cut(): Uint8Array[] | undefined {
    const payloads: Uint8Array[] = [];
    for (const { updates } of this.#runs) {
      const pieces = splitUpdate(Y.mergeUpdates(updates), Limits.MaxPayloadBytes);
      if (pieces === undefined) return undefined;
      payloads.push(...pieces);
    }
    return payloads;
  }
}
