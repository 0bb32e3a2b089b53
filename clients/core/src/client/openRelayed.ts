import { RecordClass } from "../wire/Classes.ts";
import type { MemberId } from "../wire/Ids.ts";
import type { RecordView } from "../wire/RecordView.ts";
import { ofRelayed } from "./exhibits.ts";
import type { RoomSync } from "./RoomSync.ts";

/** A relayed record that counts, and what it says. */
export interface Relayed {
  readonly record: RecordView;
  readonly memberId: MemberId;
  readonly payload: Uint8Array;
}

/**
 * What of relayed records counts: judged one after the other, opened at the same time, in the order in which they came. Where somebody
 * was who has gone meanwhile counts no more.
 * @param stands whether the connection still does over which they came
 */
export async function openRelayed(
  sync: RoomSync,
  records: readonly RecordView[],
  stands: () => boolean,
): Promise<readonly Relayed[]> {
  const opening: Promise<Relayed | undefined>[] = [];
  for (const record of records) {
    const ok = record.signature.length === 0 || (await sync.signatureHolds(record));
    if (!stands()) break; // who was here went with it
    if (record.class === RecordClass.Presence && sync.state.members.get(record.session)?.live === false) continue;
    const judged = sync.state.relay(record, ok);
    if (judged.verdict === "alarm") sync.alarms.raise(judged, ofRelayed(sync.state, record));
    if (judged.verdict === "wait") sync.alarms.fault("W3: a record under rules, or of a session, that it did not send");
    if (judged.verdict !== "ok") continue; // ephemeral: what does not count is dropped
    const { memberId } = judged.member;
    opening.push(
      sync.own
        .open(record, memberId)
        .then((payload) => (payload === undefined ? undefined : { record, memberId, payload })),
    );
  }
  return (await Promise.all(opening)).filter((relayed) => relayed !== undefined);
}
