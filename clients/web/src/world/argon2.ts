import type { Question } from "./argon2.worker.ts";

/** Argon2id (PROTOCOL.md K3) in a worker of its own, which goes away with its 64 MiB after the answer. */
export function argon2id(password: Uint8Array, salt: Uint8Array): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL("./argon2.worker.ts", import.meta.url), { type: "module" });
    const end = () => worker.terminate();
    worker.addEventListener("message", (event: MessageEvent<Uint8Array>) => {
      resolve(event.data);
      end();
    });
    worker.addEventListener("error", () => {
      reject(
        new Error(
          "The password’s key could not be computed: the server did not answer, or this browser is out of memory. Close other tabs and try again.",
        ),
      );
      end();
    });
    worker.postMessage({ password, salt } satisfies Question);
  });
}
