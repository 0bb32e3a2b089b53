import type { StreamId } from "../wire/Ids.ts";

/** Subscriptions on one connection that the hub has not answered yet. What it sends of such a stream belongs to an earlier one. */
export class Asked {
  readonly #open = new Map<StreamId, number>();

  add(stream: StreamId): void {
    this.#open.set(stream, (this.#open.get(stream) ?? 0) + 1);
  }

  /** The hub answered one of them, if there was one. */
  answered(stream: StreamId): void {
    const left = (this.#open.get(stream) ?? 0) - 1;
    if (left > 0) this.#open.set(stream, left);
    else this.#open.delete(stream);
  }

  has(stream: StreamId): boolean {
    return this.#open.has(stream);
  }

  clear(): void {
    this.#open.clear();
  }
}
