import { Limits } from "../limits.ts";
import { utf8 } from "../wire/Bytes.ts";
import type { Parsed } from "../wire/WireError.ts";

/** K3: the one set of parameters of RFC 9106 (version 19) that suite 1 uses. */
export const Argon2idParameters = { memoryKiB: 65_536, passes: 3, lanes: 1, bytes: 32 } as const;

/** The password as Argon2id takes it: Unicode NFC, UTF-8; "Text" where that is not 1 to 1,024 bytes. */
export function passwordBytes(password: string): Parsed<Uint8Array> {
  const bytes = utf8(password.normalize("NFC"));
  return bytes.length === 0 || bytes.length > Limits.MaxPasswordBytes ? { error: "Text" } : bytes;
}

/**
 * 32 bytes from a password and a salt, in WebAssembly: about 200 ms, so a page calls it in a worker. The library loads on
 * first use, which keeps it out of what a landing page fetches.
 */
export async function argon2id(password: Uint8Array, salt: Uint8Array): Promise<Uint8Array> {
  const { argon2id: derive } = await import("hash-wasm");
  return derive({
    password,
    salt,
    memorySize: Argon2idParameters.memoryKiB,
    iterations: Argon2idParameters.passes,
    parallelism: Argon2idParameters.lanes,
    hashLength: Argon2idParameters.bytes,
    outputType: "binary",
  });
}
