import type { Coding } from "../sniff.ts";

/** What is decoded and shown at a time. */
export const partBytes = 256 * 1024;
const longest = 4; // bytes of one character
const lookBack = 16 * 1024; // for the end of a line

/**
 * A long text in parts. Where one begins can be said without reading those before it: near each multiple of `partBytes`, behind a line's
 * end if there is one, else between two characters.
 */
export class Parts {
  readonly count: number;
  readonly #bytes: Uint8Array;
  readonly #coding: Coding;

  constructor(bytes: Uint8Array, coding: Coding) {
    this.#bytes = bytes;
    this.#coding = coding;
    this.count = Math.max(1, Math.ceil(bytes.length / partBytes));
  }

  /** @param nth from 0 */
  text(nth: number): string {
    const decoder = new TextDecoder(this.#coding, { ignoreBOM: nth > 0 });
    return decoder.decode(this.#bytes.subarray(this.from(nth), this.from(nth + 1)));
  }

  /** Where a part begins, in bytes; of the one after the last, where all ends. */
  from(nth: number): number {
    if (nth <= 0) return 0;
    if (nth >= this.count) return this.#bytes.length;
    const near = nth * partBytes;
    for (let at = near; at > near - lookBack; at -= this.#unit) if (this.#endsLine(at - this.#unit)) return at;
    let at = near;
    while (at > near - longest && this.#splits(at)) at -= this.#unit;
    return at;
  }

  get #unit(): number {
    return this.#coding === "utf-8" ? 1 : 2;
  }

  #endsLine(at: number): boolean {
    return this.#coding === "utf-8" ? this.#bytes[at] === 0x0a : this.#word(at) === 0x0a;
  }

  /** Whether a character began before this place and goes on here. */
  #splits(at: number): boolean {
    return this.#coding === "utf-8" ? (this.#bytes[at]! & 0xc0) === 0x80 : this.#word(at) >> 10 === 0xdc00 >> 10;
  }

  #word(at: number): number {
    const [low, high] = this.#coding === "utf-16le" ? [at, at + 1] : [at + 1, at];
    return this.#bytes[low]! | (this.#bytes[high]! << 8);
  }
}
