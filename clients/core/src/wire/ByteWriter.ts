import { utf8 } from "./Bytes.ts";

/** Writes big-endian layouts into one growing buffer. `done()` gives exactly what was written. */
export class ByteWriter {
  #bytes: Uint8Array;
  #view: DataView;
  #at = 0;

  constructor(capacity = 256) {
    this.#bytes = new Uint8Array(capacity);
    this.#view = new DataView(this.#bytes.buffer);
  }

  get length(): number {
    return this.#at;
  }

  #room(length: number): number {
    const at = this.#at;
    const end = at + length;
    if (end > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(end, 2 * this.#bytes.length));
      grown.set(this.#bytes.subarray(0, at));
      this.#bytes = grown;
      this.#view = new DataView(grown.buffer);
    }
    this.#at = end;
    return at;
  }

  u8(value: number): this {
    const at = this.#room(1);
    this.#view.setUint8(at, value);
    return this;
  }

  u16(value: number): this {
    const at = this.#room(2);
    this.#view.setUint16(at, value);
    return this;
  }

  u32(value: number): this {
    const at = this.#room(4);
    this.#view.setUint32(at, value);
    return this;
  }

  /** @throws RangeError for what is not an integer from 0 to 2^53 - 1: a fault of the caller, never of a peer. */
  u64(value: number): this {
    if (!Number.isSafeInteger(value) || value < 0) throw new RangeError("a u64 is an integer from 0 to 2^53 - 1");
    const at = this.#room(8);
    this.#view.setUint32(at, Math.floor(value / 0x1_0000_0000));
    this.#view.setUint32(at + 4, value >>> 0);
    return this;
  }

  truth(value: boolean): this {
    return this.u8(value ? 1 : 0);
  }

  bytes(bytes: Uint8Array): this {
    const at = this.#room(bytes.length);
    this.#bytes.set(bytes, at);
    return this;
  }

  /** @throws RangeError where the bytes do not fit a u16 length: a fault of the caller. */
  b16(bytes: Uint8Array): this {
    if (bytes.length > 0xffff) throw new RangeError("a b16 holds at most 65,535 bytes");
    return this.u16(bytes.length).bytes(bytes);
  }

  b32(bytes: Uint8Array): this {
    return this.u32(bytes.length).bytes(bytes);
  }

  text16(text: string): this {
    return this.b16(utf8(text));
  }

  id(id: string): this {
    const length = id.length / 2;
    const at = this.#room(length);
    for (let i = 0; i < length; i++) this.#bytes[at + i] = Number.parseInt(id.slice(2 * i, 2 * i + 2), 16);
    return this;
  }

  /** What was written so far; a view that later writes may not change but a later growth leaves behind. */
  done(): Uint8Array {
    return this.#bytes.subarray(0, this.#at);
  }
}
