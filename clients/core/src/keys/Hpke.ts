import { expand, extract } from "@noble/hashes/hkdf.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { concat, EMPTY, utf8 } from "../wire/Bytes.ts";
import { generateKeyPair, type KeyPair } from "./KeyPair.ts";
import { POINT_BYTES } from "./Point.ts";
import { importSealingKey, open, seal } from "./Sealing.ts";
import { source, subtle } from "./Subtle.ts";

/**
 * HPKE (RFC 9180) in base mode, one message for one key: DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-256-GCM (K12). Says nothing of
 * who sealed: a signature does.
 */

/** The encapsulated key that stands before what is sealed. */
export const ENC_BYTES = POINT_BYTES;

const KEM = concat(utf8("KEM"), Uint8Array.of(0x00, 0x10));
const SUITE = concat(utf8("HPKE"), Uint8Array.of(0x00, 0x10, 0x00, 0x01, 0x00, 0x02));

/** Seals to a public key: enc (65 bytes) ‖ ciphertext with its tag. */
export async function sealTo(
  recipient: Uint8Array,
  info: Uint8Array,
  aad: Uint8Array,
  plain: Uint8Array,
): Promise<Uint8Array> {
  const ephemeral = await generateKeyPair("dh");
  const { key, nonce } = await schedule(await agree(ephemeral, recipient), ephemeral.publicPoint, recipient, info);
  return concat(ephemeral.publicPoint, await seal(key, nonce, aad, plain));
}

/** Opens what was sealed to this key. @param sealed enc ‖ ciphertext. @returns undefined where it was not, or was changed. */
export async function openAs(
  recipient: KeyPair,
  info: Uint8Array,
  aad: Uint8Array,
  sealed: Uint8Array,
): Promise<Uint8Array | undefined> {
  const enc = sealed.subarray(0, ENC_BYTES);
  try {
    const agreed = await agree(recipient, enc);
    const { key, nonce } = await schedule(agreed, enc, recipient.publicPoint, info);
    return await open(key, nonce, aad, sealed.subarray(ENC_BYTES));
  } catch {
    return undefined; // enc is no point of the curve
  }
}

async function agree(own: KeyPair, other: Uint8Array): Promise<Uint8Array> {
  const algorithm = { name: "ECDH", namedCurve: "P-256" };
  const point = await subtle.importKey("raw", source(other), algorithm, false, []);
  return new Uint8Array(await subtle.deriveBits({ name: "ECDH", public: point }, own.privateKey, 256));
}

async function schedule(
  agreed: Uint8Array,
  enc: Uint8Array,
  recipient: Uint8Array,
  info: Uint8Array,
): Promise<{ readonly key: CryptoKey; readonly nonce: Uint8Array }> {
  const prk = labeledExtract(KEM, EMPTY, "eae_prk", agreed);
  agreed.fill(0);
  const shared = labeledExpand(KEM, prk, "shared_secret", concat(enc, recipient), 32);
  const hashes = [labeledExtract(SUITE, EMPTY, "psk_id_hash", EMPTY), labeledExtract(SUITE, EMPTY, "info_hash", info)];
  const context = concat(Uint8Array.of(0), ...hashes);
  const secret = labeledExtract(SUITE, shared, "secret", EMPTY);
  const key = await importSealingKey(labeledExpand(SUITE, secret, "key", context, 32));
  return { key, nonce: labeledExpand(SUITE, secret, "base_nonce", context, 12) };
}

function labeledExtract(suite: Uint8Array, salt: Uint8Array, label: string, ikm: Uint8Array): Uint8Array {
  return extract(sha256, concat(utf8("HPKE-v1"), suite, utf8(label), ikm), salt);
}

function labeledExpand(
  suite: Uint8Array,
  prk: Uint8Array,
  label: string,
  info: Uint8Array,
  length: number,
): Uint8Array {
  const labeled = concat(Uint8Array.of(0, length), utf8("HPKE-v1"), suite, utf8(label), info);
  return expand(sha256, prk, labeled, length);
}
