/**
 * Reads lib0's encodings from bytes nobody vouches for. Every method either advances within the bytes or throws
 * `Undecodable`, which `decodeUpdate` turns into a value; nothing is allocated beyond what the bytes hold. Stricter than
 * lib0 where honest writers never go: integers are at most 8 bytes and 2^53 - 1, values nest at most 64 deep.
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

  /** JSON text (RFC 8259), or what lib0 writes for undefined where `orUndefined`. */
  json(orUndefined = false): void {
    const text = this.string();
    if (orUndefined && text === "undefined") return;
    if (jsonDepth(text) > MaxNesting) throw new Undecodable("JSON nested too deep");
    try {
      JSON.parse(text);
    } catch {
      throw new Undecodable("not JSON");
    }
  }

  /** One tagged value; returns its tag. */
  any(depth = 0): number {
    if (depth > MaxNesting) throw new Undecodable("value nested too deep");
    const tag = this.u8();
    switch (tag) {
      case AnyTag.Undefined:
      case AnyTag.Null:
      case AnyTag.False:
      case AnyTag.True:
        return tag;
      case AnyTag.Integer:
        this.#skipInt();
        return tag;
      case AnyTag.Float32:
        this.#skip(4);
        return tag;
      case AnyTag.Float64:
      case AnyTag.BigInt64:
        this.#skip(8);
        return tag;
      case AnyTag.String:
        this.string();
        return tag;
      case AnyTag.Bytes:
        this.bytes();
        return tag;
      case AnyTag.Array:
        for (let left = this.uint(); left > 0; left--) this.any(depth + 1);
        return tag;
      case AnyTag.Object:
        for (let left = this.uint(); left > 0; left--) {
          this.string();
          this.any(depth + 1);
        }
        return tag;
      default:
        throw new Undecodable("unknown value tag");
    }
  }

  #skip(length: number): void {
    if (length > this.#bytes.length - this.#at) throw new Undecodable("ends too early");
    this.#at += length;
  }

  /** A signed integer: sign and six bits in the first byte, seven in each further. */
  #skipInt(): void {
    const first = this.u8();
    let value = first & 0x3f;
    if (first < 0x80) return;
    let weight = 64;
    for (let i = 1; i < MaxIntegerBytes; i++) {
      const byte = this.u8();
      value += (byte & 0x7f) * weight;
      if (value > Number.MAX_SAFE_INTEGER) throw new Undecodable("integer above 2^53 - 1");
      if (byte < 0x80) return;
      weight *= 128;
    }
    throw new Undecodable("integer of more than 8 bytes");
  }
}

/** Tags of lib0's "any" values. */
export const AnyTag = {
  Bytes: 116,
  Array: 117,
  Object: 118,
  String: 119,
  True: 120,
  False: 121,
  BigInt64: 122,
  Float64: 123,
  Float32: 124,
  Integer: 125,
  Null: 126,
  Undefined: 127,
} as const;

/** The reason why bytes are no Yjs update; caught by `decodeUpdate`. */
export class Undecodable extends Error {}

const MaxIntegerBytes = 8; // 2^53 takes 8 groups of 7 bits
const MaxNesting = 64; // arrays and objects within one value
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The deepest nesting of brackets outside strings. */
function jsonDepth(text: string): number {
  let depth = 0;
  let deepest = 0;
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const unit = text[i];
    if (quoted) {
      if (unit === "\\") i++;
      else if (unit === '"') quoted = false;
    } else if (unit === '"') quoted = true;
    else if (unit === "[" || unit === "{") deepest = Math.max(deepest, ++depth);
    else if (unit === "]" || unit === "}") depth--;
  }
  return deepest;
}
