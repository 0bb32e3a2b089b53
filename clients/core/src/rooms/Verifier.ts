import { importVerifyingKey, verify } from "../keys/Signature.ts";
import { toHex } from "../wire/Bytes.ts";
import type { SignatureCheck } from "./Verdict.ts";

/** Imported keys kept at once; of more, the one first used goes and is imported again when it is asked for. */
export const MAX_KEPT_KEYS = 4_096;

/**
 * Checks signatures by WebCrypto and keeps the imported keys. Order does not matter, so many checks may run before the
 * steps that need them; it keeps the keys of owners, admissions and members, up to a bound.
 */
export class Verifier {
  readonly #keys = new Map<string, Promise<CryptoKey | undefined>>();

  /** Keys kept now. */
  get kept(): number {
    return this.#keys.size;
  }

  async verify(check: SignatureCheck): Promise<boolean> {
    const key = await this.#key(check.key);
    return key !== undefined && verify(key, check.label, check.signedPart, check.signature);
  }

  async all(checks: readonly SignatureCheck[]): Promise<boolean> {
    const outcomes = await Promise.all(checks.map((check) => this.verify(check)));
    return outcomes.every((holds) => holds);
  }

  #key(point: Uint8Array): Promise<CryptoKey | undefined> {
    const id = toHex(point);
    let key = this.#keys.get(id);
    if (key === undefined) {
      key = importVerifyingKey(point);
      for (const oldest of this.#keys.keys()) {
        if (this.#keys.size < MAX_KEPT_KEYS) break;
        this.#keys.delete(oldest);
      }
      this.#keys.set(id, key);
    }
    return key;
  }
}
