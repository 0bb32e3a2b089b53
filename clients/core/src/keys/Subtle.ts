/** The platform's WebCrypto: present in browsers on https or localhost, and in Node 20. */
export const subtle: SubtleCrypto = globalThis.crypto?.subtle;

/** WebCrypto's types want bytes that no other thread shares; none of ours are. */
export function source(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return bytes as Uint8Array<ArrayBuffer>;
}
