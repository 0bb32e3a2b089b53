import { toHex } from "@coterie/core/wire/Bytes.ts";

/**
 * Makes what several people of one process compute alike (a signature checked, a record's key derived, the record opened) be computed for
 * one of them: on their own machines they would do it at the same time, here one after the other. What each computes alone stays as it is.
 */
export function computeOnce(): void {
  const { subtle } = globalThis.crypto;
  const { verify, decrypt, deriveKey } = subtle;
  const known = new Map<string, Promise<unknown>>();
  const once = <T>(key: string, compute: () => Promise<T>): Promise<T> => {
    let value = known.get(key) as Promise<T> | undefined;
    if (value === undefined) {
      value = compute();
      known.set(key, value);
    }
    return value;
  };
  const replaced: Pick<SubtleCrypto, "verify" | "decrypt" | "deriveKey"> = {
    verify: (algorithm, key, signature, data) =>
      once(`verify ${hex(signature)}`, () => verify.call(subtle, algorithm, key, signature, data)),
    // 12 bytes of nonce alone come again under other keys; the 16 bytes of tag at the end do not.
    decrypt: async (algorithm, key, data) => {
      const opened = await once(`open ${hex(data).slice(-32)}`, () => decrypt.call(subtle, algorithm, key, data));
      return opened.slice(0); // some erase what they opened
    },
    // A record's key follows from its session, which is the salt.
    deriveKey: (algorithm, secret, ...rest) => {
      const { salt, info } = algorithm as HkdfParams;
      const derive = () => deriveKey.call(subtle, algorithm, secret, ...rest);
      return derives(info) ? once(`derive ${hex(salt)} ${hex(info)}`, derive) : derive();
    },
  };
  for (const [name, value] of Object.entries(replaced)) Object.defineProperty(subtle, name, { value });
}

/** Whether it is a record's key: others have the room's id for a salt, which no two rooms share but several epochs do. */
function derives(info: BufferSource): boolean {
  return Buffer.from(info as Uint8Array).includes("coterie/1/rec\0");
}

function hex(bytes: BufferSource): string {
  return toHex(bytes as Uint8Array);
}
