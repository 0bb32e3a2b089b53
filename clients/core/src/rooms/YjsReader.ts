/**
 * Reads lib0's encodings from bytes nobody vouches for. Every method either advances within the bytes or throws
 * `Undecodable`, which `decodeUpdate` turns into a value; nothing is allocated beyond what the bytes hold. Stricter than
 * lib0 where honest writers never go: integers are at most 8 bytes and 2^53 - 1.
 */
export class YjsReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get ended(): boolean {
    return this.#at === this.#bytes.length;
  }

  u8(): number {
    const value = this.#bytes[this.#at];
    if (value === undefined) throw new Undecodable("ends too early");
    this.#at++;
    return value;
  }

  /** An unsigned integer, seven bits a byte, lowest first. */
  uint(): number {
    let value = 0;
    let weight = 1;
    for (let i = 0; i < MaxIntegerBytes; i++) {
      const byte = this.u8();
      value += (byte & 0x7f) * weight;
      if (value > Number.MAX_SAFE_INTEGER) throw new Undecodable("integer above 2^53 - 1");
      if (byte < 0x80) return value;
      weight *= 128;
    }
    throw new Undecodable("integer of more than 8 bytes");
  }

  /** A count or length that must be at least one. */
  length(): number {
    const value = this.uint();
    if (value === 0) throw new Undecodable("length 0");
    return value;
  }

  bytes(): Uint8Array {
    const length = this.uint();
    if (length > this.#bytes.length - this.#at) throw new Undecodable("ends too early");
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  /** UTF-8, valid, a byte order mark kept. */
  string(): string {
    try {
      return utf8.decode(this.bytes());
    } catch {
      throw new Undecodable("not UTF-8");
    }
  }
}

/** The reason why bytes are no Yjs update; caught by `decodeUpdate`. */
export class Undecodable extends Error {}

const MaxIntegerBytes = 8; // 2^53 takes 8 groups of 7 bits
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
