import { concat, utf8 } from "../wire/Bytes.ts";
import { isPoint } from "./Point.ts";
import { source, subtle } from "./Subtle.ts";

/**
 * ECDSA over P-256 with SHA-256, 64-byte `r ‖ s`, always with low s (K2): WebCrypto signs with either, so signers negate a
 * high one, and verifiers refuse it before they ask WebCrypto.
 */
export type SignatureLabel =
  | "manifest"
  | "cert"
  | "session"
  | "record"
  | "destroy"
  | "wrap"
  | "listing"
  | "pulse"
  | "testimony";

const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const HALF_ORDER = ORDER >> 1n;
const KEY = { name: "ECDSA", namedCurve: "P-256" };
const HASHED = { name: "ECDSA", hash: "SHA-256" };

const prefixes = new Map<SignatureLabel, Uint8Array>();

function message(label: SignatureLabel, bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  let prefix = prefixes.get(label);
  if (prefix === undefined) {
    prefix = utf8(`coterie/1/sig/${label}\0`);
    prefixes.set(label, prefix);
  }
  return source(concat(prefix, bytes));
}

export async function sign(key: CryptoKey, label: SignatureLabel, bytes: Uint8Array): Promise<Uint8Array> {
  return lowS(new Uint8Array(await subtle.sign(HASHED, key, message(label, bytes))));
}

export async function verify(
  key: CryptoKey,
  label: SignatureLabel,
  bytes: Uint8Array,
  signature: Uint8Array,
): Promise<boolean> {
  if (!isCanonical(signature)) return false;
  return subtle.verify(HASHED, key, source(signature), message(label, bytes));
}

/** K2: 64 bytes with 1 ≤ r < n and 1 ≤ s ≤ n/2. */
export function isCanonical(signature: Uint8Array): boolean {
  if (signature.length !== 64) return false;
  const r = integer(signature, 0);
  const s = integer(signature, 32);
  return r >= 1n && r < ORDER && s >= 1n && s <= HALF_ORDER;
}

function lowS(signature: Uint8Array): Uint8Array {
  const s = integer(signature, 32);
  if (s <= HALF_ORDER) return signature;
  const out = signature.slice();
  const view = new DataView(out.buffer);
  let low = ORDER - s;
  for (let at = 56; at >= 32; at -= 8) {
    view.setBigUint64(at, low & 0xffff_ffff_ffff_ffffn);
    low >>= 64n;
  }
  return out;
}

function integer(bytes: Uint8Array, at: number): bigint {
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, 32);
  let value = 0n;
  for (let i = 0; i < 32; i += 8) value = (value << 64n) | view.getBigUint64(i);
  return value;
}

/** A verifying key of 65 bytes; undefined where they are no point of the curve. */
export async function importVerifyingKey(point: Uint8Array): Promise<CryptoKey | undefined> {
  return isPoint(point) ? subtle.importKey("raw", source(point), KEY, true, ["verify"]) : undefined;
}
