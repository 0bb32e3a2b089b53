import { parseSnapshotClear } from "../../src/rooms/SnapshotClear.ts";
import { RecordClass } from "../../src/wire/Classes.ts";
import { type ClientFrame, SubscribeMode } from "../../src/wire/ClientFrame.ts";
import type { Envelope } from "../../src/wire/Envelope.ts";
import type { SessionId } from "../../src/wire/Ids.ts";
import { parseRecord } from "../../src/wire/RecordView.ts";
import { failed } from "../../src/wire/WireError.ts";

/** One stream's log; heads[n] is the chain head after position n. */
export interface Log {
  readonly envelopes: Envelope[];
  readonly heads: Uint8Array[];
}

interface LoggedSnapshot {
  /** The position that it covers. */
  readonly seq: number;
  readonly author: SessionId;
  readonly envelope: Envelope;
}

/** W4: the snapshot at which a subscription begins, if it does. @param trims whether what a snapshot covers is not there any more (H10) */
export function snapshotFor(
  log: Log,
  { mode, fromSeq }: Pick<ClientFrame & { type: "subscribe" }, "mode" | "fromSeq">,
  trims: boolean,
): LoggedSnapshot | undefined {
  const newest = newestSnapshot(log);
  const wanted = mode === SubscribeMode.SnapshotAndTail && fromSeq === 0;
  return newest !== undefined && (wanted || (trims && fromSeq + 1 < newest.seq)) ? newest : undefined;
}

function newestSnapshot(log: Log): LoggedSnapshot | undefined {
  for (const envelope of log.envelopes.toReversed()) {
    const record = parseRecord(envelope.record);
    if (failed(record) || record.class !== RecordClass.Snapshot) continue;
    const clear = parseSnapshotClear(record.clear);
    if (!failed(clear)) return { seq: clear.seq, author: record.session, envelope };
  }
  return undefined;
}
