import type { Coding } from "../coding.ts";

/** What is decoded and shown at a time. */
export const partBytes = 256 * 1024;
const longest = 4; // bytes of one character
const lookBack = 16 * 1024; // for the end of a line

/** A byte below it is never the second or a later one of a character. */
const notWithin: Partial<Record<Coding, number>> = {
  shift_jis: 0x40,
  "euc-jp": 0x40,
  gb18030: 0x30,
  big5: 0x40,
  "euc-kr": 0x40,
};

/**
 * A long text in parts. Where one begins can be said without reading those before it: near each multiple of `partBytes`, behind a line's
 * end if there is one, else between two characters.
 */
export class Parts {
  readonly count: number;
  readonly #bytes: Uint8Array;
  readonly #coding: Coding;
  readonly #unit: 1 | 2;

  constructor(bytes: Uint8Array, coding: Coding) {
    this.#bytes = bytes;
    this.#coding = coding;
    this.#unit = coding === "utf-16le" || coding === "utf-16be" ? 2 : 1;
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
    const back = notWithin[this.#coding] === undefined ? longest : lookBack;
    let at = near;
    while (at > near - back && this.#splits(at)) at -= this.#unit;
    return at;
  }

  #endsLine(at: number): boolean {
    return this.#unit === 1 ? this.#bytes[at] === 0x0a : this.#word(at) === 0x0a;
  }

  /** Whether a character began before this place and goes on here, or may. */
  #splits(at: number): boolean {
    if (this.#unit === 2) return this.#word(at) >> 10 === 0xdc00 >> 10;
    if (this.#coding === "utf-8") return (this.#bytes[at]! & 0xc0) === 0x80;
    return this.#bytes[at - 1]! >= (notWithin[this.#coding] ?? 0x100);
  }

  #word(at: number): number {
    const [low, high] = this.#coding === "utf-16le" ? [at, at + 1] : [at + 1, at];
    return this.#bytes[low]! | (this.#bytes[high]! << 8);
  }
}
