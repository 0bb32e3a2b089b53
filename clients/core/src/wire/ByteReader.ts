import { EMPTY, toHex, utf8Text } from "./Bytes.ts";
import { ID_BYTES, idOf, ZERO_ID } from "./Ids.ts";
import type { Failure, WireError } from "./WireError.ts";

/**
 * Reads big-endian layouts. The first failure sticks: from then on every read gives zero or nothing, so that a parser reads
 * straight through and asks once at its end. Byte reads are views of the source, never copies.
 */
export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;
  #error: WireError | undefined;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get at(): number {
    return this.#at;
  }

  get remaining(): number {
    return this.#bytes.length - this.#at;
  }

  get failed(): boolean {
    return this.#error !== undefined;
  }

  /** Records the first failure; what was read after it means nothing. */
  fail(error: WireError): void {
    this.#error ??= error;
  }

  /** The failure, "Trailing" where bytes remain, or undefined where the layout fits exactly. */
  end(): Failure | undefined {
    if (this.#error === undefined && this.remaining > 0) this.#error = "Trailing";
    return this.#error === undefined ? undefined : { error: this.#error };
  }

  #take(length: number): number {
    if (this.#error !== undefined || length > this.remaining) {
      this.fail("Truncated");
      return -1;
    }
    const at = this.#at;
    this.#at += length;
    return at;
  }

  u8(): number {
    const at = this.#take(1);
    return at < 0 ? 0 : this.#view.getUint8(at);
  }

  u16(): number {
    const at = this.#take(2);
    return at < 0 ? 0 : this.#view.getUint16(at);
  }

  u32(): number {
    const at = this.#take(4);
    return at < 0 ? 0 : this.#view.getUint32(at);
  }

  /** Fails with "Value" above 2^53 - 1 (PROTOCOL.md section 1). */
  u64(): number {
    const at = this.#take(8);
    if (at < 0) return 0;
    const high = this.#view.getUint32(at);
    if (high > 0x1f_ffff) {
      this.fail("Value");
      return 0;
    }
    return high * 0x1_0000_0000 + this.#view.getUint32(at + 4);
  }

  bytes(length: number): Uint8Array {
    const at = this.#take(length);
    return at < 0 ? EMPTY : this.#bytes.subarray(at, at + length);
  }

  b16(min = 0, max = 0xffff): Uint8Array {
    return this.#bounded(this.u16(), min, max);
  }

  b32(min = 0, max = 0xffff_ffff): Uint8Array {
    return this.#bounded(this.u32(), min, max);
  }

  #bounded(length: number, min: number, max: number): Uint8Array {
    if (length < min || length > max) this.fail("Length");
    return this.bytes(length);
  }

  rest(): Uint8Array {
    return this.bytes(this.remaining);
  }

  id<T extends string>(): T {
    const at = this.#take(ID_BYTES);
    return at < 0 ? (ZERO_ID as T) : idOf<T>(this.#bytes.subarray(at, at + ID_BYTES));
  }

  /** An id that is longer than others. @param length its bytes. */
  hex<T extends string>(length: number): T {
    return toHex(this.bytes(length)) as T;
  }

  /** A byte that must be one of `first` to `last`; "Value" otherwise. */
  kind(first: number, last: number): number {
    const value = this.u8();
    if (value < first || value > last) this.fail("Value");
    return value;
  }

  truth(): boolean {
    return this.kind(0, 1) === 1;
  }

  text16(min: number, max: number): string {
    const text = utf8Text(this.b16(min, max));
    if (text === undefined) this.fail("Text");
    return text ?? "";
  }

  /** Reads `count` items, "Length" outside min to max. Stops at the first failure, so a count alone allocates nothing. */
  list<T>(count: number, min: number, max: number, item: () => T): T[] {
    if (count < min || count > max) this.fail("Length");
    const items: T[] = [];
    for (let i = 0; i < count && !this.failed; i++) items.push(item());
    return items;
  }

  /** A list whose items have different keys; "Duplicate" at the second item of one. */
  distinct<T>(count: number, min: number, max: number, item: () => T, key: (item: T) => string | number): T[] {
    const met = new Set<string | number>();
    return this.list(count, min, max, () => {
      const value = item();
      if (met.has(key(value))) this.fail("Duplicate");
      met.add(key(value));
      return value;
    });
  }
}
