import { source, subtle } from "./Subtle.ts";

export const NONCE_BYTES = 12;

/** AES-256-GCM with a 16-byte tag (section 1). The key comes from deriveSealingKey or importSealingKey. */
export async function seal(key: CryptoKey, nonce: Uint8Array, aad: Uint8Array, plain: Uint8Array): Promise<Uint8Array> {
  const algorithm = { name: "AES-GCM", iv: source(nonce), additionalData: source(aad), tagLength: 128 };
  return new Uint8Array(await subtle.encrypt(algorithm, key, source(plain)));
}

/** The plaintext, or undefined where the tag fails. */
export async function open(
  key: CryptoKey,
  nonce: Uint8Array,
  aad: Uint8Array,
  sealed: Uint8Array,
): Promise<Uint8Array | undefined> {
  const algorithm = { name: "AES-GCM", iv: source(nonce), additionalData: source(aad), tagLength: 128 };
  try {
    return new Uint8Array(await subtle.decrypt(algorithm, key, source(sealed)));
  } catch {
    return undefined;
  }
}

/** @param bytes 32 bytes. */
export function importSealingKey(bytes: Uint8Array): Promise<CryptoKey> {
  return subtle.importKey("raw", source(bytes), "AES-GCM", false, ["encrypt", "decrypt"]);
}
