import { Limits } from "../limits.ts";
import { Classes } from "./Classes.ts";

/** R2: the plaintext's length hides in the next power of two from 64 B to 4 KiB, above that in Padmé (at most 12 % more). */
const LEAST = 64;
const POWERS_UP_TO = 4096;
const LENGTH_BYTES = 4;

/** @param length in bytes, below 2^31: of `n u32 ‖ payload`, or of a blob's content. */
export function paddedLength(length: number): number {
  if (length <= LEAST) return LEAST;
  const exponent = 31 - Math.clz32(length);
  if (length <= POWERS_UP_TO) return 2 ** (32 - Math.clz32(length - 1));
  const kept = 32 - Math.clz32(exponent);
  const step = 2 ** (exponent - kept);
  return Math.ceil(length / step) * step;
}

/** `n u32 ‖ payload ‖ zeros` as the class wants it. */
export function pad(recordClass: number, payload: Uint8Array): Uint8Array {
  const length = LENGTH_BYTES + payload.length;
  const out = new Uint8Array(Classes[recordClass]?.padded === false ? length : paddedLength(length));
  new DataView(out.buffer).setUint32(0, payload.length);
  out.set(payload, LENGTH_BYTES);
  return out;
}

/** The payload, as a view; undefined where the length, the padding's length or a pad byte is wrong (R2: void by content). */
export function unpad(recordClass: number, plain: Uint8Array): Uint8Array | undefined {
  if (plain.length < LENGTH_BYTES) return undefined;
  const n = new DataView(plain.buffer, plain.byteOffset).getUint32(0);
  const end = LENGTH_BYTES + n;
  if (n > Limits.MaxPayloadBytes || end > plain.length) return undefined;
  const expected = Classes[recordClass]?.padded === false ? end : paddedLength(end);
  if (plain.length !== expected) return undefined;
  for (let i = end; i < plain.length; i++) if (plain[i] !== 0) return undefined;
  return plain.subarray(LENGTH_BYTES, end);
}
