import { seal } from "../keys/Sealing.ts";
import { sign } from "../keys/Signature.ts";
import { Limits } from "../limits.ts";
import { EMPTY } from "../wire/Bytes.ts";
import { ByteWriter } from "../wire/ByteWriter.ts";
import { Classes } from "../wire/Classes.ts";
import type { MemberId, RoomId, SessionId } from "../wire/Ids.ts";
import { pad } from "../wire/Padding.ts";
import { encodeAad, type Header, type RecordView, SIGNATURE_BYTES } from "../wire/RecordView.ts";
import type { EpochKey } from "./EpochKey.ts";
import { SUITE } from "./Genesis.ts";
import { type RecordKeys, recordNonce } from "./RecordKeys.ts";

/** What an author decides of a record; the rest follows from the session. */
export interface RecordDraft extends Omit<Header, "suite" | "roomId" | "session"> {
  /** Exactly of the class's shape (J9); empty where that is none. */
  readonly clear?: Uint8Array;
  readonly payload: Uint8Array;
}

/**
 * Seals and signs the records of one session. It trusts its caller with the counters: a counter used twice in one class and
 * stream of a session would break the seal (R3, R4).
 */
export class RecordSealer {
  readonly #keys: RecordKeys;
  readonly #roomId: RoomId;
  readonly #session: SessionId;
  readonly #memberId: MemberId;
  readonly #signKey: CryptoKey;

  constructor(keys: RecordKeys, roomId: RoomId, session: SessionId, memberId: MemberId, signKey: CryptoKey) {
    this.#keys = keys;
    this.#roomId = roomId;
    this.#session = session;
    this.#memberId = memberId;
    this.#signKey = signKey;
  }

  /** @param epoch the epoch of the draft's manifest version. @throws RangeError for a payload or clear part over its bound. */
  async seal(epoch: EpochKey, draft: RecordDraft): Promise<RecordView> {
    const { payload, clear = EMPTY, ...rest } = draft;
    if (payload.length > Limits.MaxPayloadBytes || clear.length > Limits.MaxClearBytes)
      throw new RangeError(`a record holds at most ${Limits.MaxPayloadBytes} bytes: split the change`);
    const header: Header = { ...rest, suite: SUITE, roomId: this.#roomId, session: this.#session };
    const aad = encodeAad(header, clear);
    const key = await this.#keys.key(epoch, header, this.#memberId);
    const ciphertext = await seal(key, recordNonce(header.counter), aad, pad(header.class, payload));
    const writer = new ByteWriter(aad.length + 4 + ciphertext.length + SIGNATURE_BYTES).bytes(aad).b32(ciphertext);
    const signedPart = writer.done();
    const signature = Classes[header.class]?.signed ? await sign(this.#signKey, "record", signedPart) : EMPTY;
    const bytes = writer.bytes(signature).done();
    return { ...header, bytes, clear, ciphertext, aad, signature, signedPart };
  }
}
