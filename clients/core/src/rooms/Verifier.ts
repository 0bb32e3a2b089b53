import { importVerifyingKey, verify } from "../keys/Signature.ts";
import { toHex } from "../wire/Bytes.ts";
import type { SignatureCheck } from "./Verdict.ts";

/**
 * Checks signatures by WebCrypto and keeps the imported keys. Order does not matter, so many checks may run before the
 * steps that need them; it keeps one key per owner, admission key and member of the room.
 */
export class Verifier {
  readonly #keys = new Map<string, Promise<CryptoKey | undefined>>();

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
      this.#keys.set(id, key);
    }
    return key;
  }
}
