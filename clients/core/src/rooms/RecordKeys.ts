import { deriveSealingKey } from "../keys/Kdf.ts";
import { ByteWriter } from "../wire/ByteWriter.ts";
import { idBytes, type MemberId } from "../wire/Ids.ts";
import type { Header } from "../wire/RecordView.ts";
import type { EpochKey } from "./EpochKey.ts";

/** Keys kept at once; the oldest goes first. One session on one stream uses one key per class. */
const MAX_KEPT = 4_096;

/**
 * The sealing keys of records: K = KDF(epochKey, session, "rec", class ‖ stream ‖ memberId) (R3). Derived by WebCrypto from a
 * non-extractable epoch key and kept, because deriving costs more than sealing.
 */
export class RecordKeys {
  readonly #kept = new Map<string, Promise<CryptoKey>>();

  key(epoch: EpochKey, header: Pick<Header, "class" | "stream" | "session">, memberId: MemberId): Promise<CryptoKey> {
    const id = `${epoch.number} ${header.class} ${header.session}${header.stream}${memberId}`;
    const kept = this.#kept.get(id);
    if (kept !== undefined) return kept;
    const context = new ByteWriter(33).u8(header.class).id(header.stream).id(memberId).done();
    const key = deriveSealingKey(epoch.secret, idBytes(header.session), "rec", context);
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size < MAX_KEPT) break;
      this.#kept.delete(oldest);
    }
    this.#kept.set(id, key);
    return key;
  }
}

/** The nonce of a record: four zero bytes, then its counter (R3). */
export function recordNonce(counter: number): Uint8Array {
  return new ByteWriter(12).u32(0).u64(counter).done();
}
