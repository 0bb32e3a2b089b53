import { hkdf } from "@noble/hashes/hkdf.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { concat, EMPTY, utf8 } from "../wire/Bytes.ts";
import { source, subtle } from "./Subtle.ts";

/** The derivation labels of PROTOCOL.md (K1). */
export type KdfLabel =
  | "secret/view"
  | "seed"
  | "access"
  | "kek"
  | "commit"
  | "prev-epoch"
  | "title"
  | "knock"
  | "rec"
  | "recovery"
  | "run/access"
  | "run/output"
  | "run/hand";

function info(label: KdfLabel, context: Uint8Array): Uint8Array {
  return concat(utf8(`coterie/1/${label}\0`), context);
}

/** `KDF(ikm, salt, label, context, n)` of section 1, for secrets that this program holds as bytes. */
export function kdf(
  ikm: Uint8Array,
  salt: Uint8Array,
  label: KdfLabel,
  context: Uint8Array = EMPTY,
  length = 32,
): Uint8Array {
  return hkdf(sha256, ikm, salt, info(label, context), length);
}

/** A secret that no script can read again: only derived keys come out of it. The caller erases its own copy of the bytes. */
export function importSecret(bytes: Uint8Array): Promise<CryptoKey> {
  return subtle.importKey("raw", source(bytes), "HKDF", false, ["deriveKey"]);
}

/** The same derivation as kdf, from a non-extractable secret to a non-extractable AES-256-GCM key. */
export function deriveSealingKey(
  secret: CryptoKey,
  salt: Uint8Array,
  label: KdfLabel,
  context: Uint8Array = EMPTY,
): Promise<CryptoKey> {
  const algorithm = { name: "HKDF", hash: "SHA-256", salt: source(salt), info: source(info(label, context)) };
  return subtle.deriveKey(algorithm, secret, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}
