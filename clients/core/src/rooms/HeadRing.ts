import { Limits } from "../limits.ts";
import { HEAD_BYTES } from "./Chain.ts";

const CAPACITY = Limits.SeenWindow + 1;

/** The newest chain heads of one stream, as far back as a record may refer to: a ring that grows to 4,097 heads and no further. */
export class HeadRing {
  #ring = new Uint8Array(16 * HEAD_BYTES);
  #seq: number;
  #known = 1;

  constructor(seq: number, head: Uint8Array) {
    this.#seq = seq;
    this.#ring.set(head, this.#at(seq));
  }

  /** The seq of the newest head. */
  get seq(): number {
    return this.#seq;
  }

  #at(seq: number): number {
    return (seq % (this.#ring.length / HEAD_BYTES)) * HEAD_BYTES;
  }

  /** The head after position `seq`, or undefined where it is not known any more or not yet. */
  get(seq: number): Uint8Array | undefined {
    if (seq > this.#seq || seq <= this.#seq - this.#known) return undefined;
    return this.#ring.slice(this.#at(seq), this.#at(seq) + HEAD_BYTES);
  }

  push(head: Uint8Array): void {
    if (this.#known === this.#ring.length / HEAD_BYTES && this.#known < CAPACITY) this.#grow();
    this.#seq += 1;
    this.#ring.set(head, this.#at(this.#seq));
    this.#known = Math.min(this.#known + 1, this.#ring.length / HEAD_BYTES);
  }

  #grow(): void {
    const old: [number, Uint8Array][] = [];
    for (let seq = this.#seq; seq > this.#seq - this.#known; seq--) old.push([seq, this.get(seq)!]);
    this.#ring = new Uint8Array(Math.min(2 * this.#known, CAPACITY) * HEAD_BYTES);
    for (const [seq, head] of old) this.#ring.set(head, this.#at(seq));
  }
}
