import { argon2id } from "hash-wasm";

export interface Question {
  readonly password: Uint8Array;
  readonly salt: Uint8Array;
}

/** Hashes one password by PROTOCOL.md K3, off the page's thread, and answers with the 32 bytes. */
addEventListener("message", async (event: MessageEvent<Question>) => {
  const { password, salt } = event.data;
  postMessage(
    await argon2id({
      password,
      salt,
      iterations: 3,
      memorySize: 65_536,
      parallelism: 1,
      hashLength: 32,
      outputType: "binary",
    }),
  );
});
