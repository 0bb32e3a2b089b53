import { open } from "../keys/Sealing.ts";
import type { MemberId } from "../wire/Ids.ts";
import { unpad } from "../wire/Padding.ts";
import type { RecordView } from "../wire/RecordView.ts";
import type { EpochKey } from "./EpochKey.ts";
import { type RecordKeys, recordNonce } from "./RecordKeys.ts";

/**
 * The payload of a record that RoomState let count, or undefined where its tag or padding fails: void by content (J12, R2).
 * @param epoch the epoch of the record's manifest version. @param memberId whose session it is.
 */
export async function openRecord(
  keys: RecordKeys,
  epoch: EpochKey,
  record: RecordView,
  memberId: MemberId,
): Promise<Uint8Array | undefined> {
  const key = await keys.key(epoch, record, memberId);
  const plain = await open(key, recordNonce(record.counter), record.aad, record.ciphertext);
  return plain && unpad(record.class, plain);
}
