import { parseSnapshotClear } from "../../src/rooms/SnapshotClear.ts";
import { RecordClass } from "../../src/wire/Classes.ts";
import type { Envelope } from "../../src/wire/Envelope.ts";
import type { SessionId } from "../../src/wire/Ids.ts";
import { parseRecord } from "../../src/wire/RecordView.ts";
import { failed } from "../../src/wire/WireError.ts";

/** One stream's log; heads[n] is the chain head after position n. */
export interface Log {
  readonly envelopes: Envelope[];
  readonly heads: Uint8Array[];
}

export function newestSnapshot(log: Log): { seq: number; author: SessionId; envelope: Envelope } | undefined {
  for (const envelope of log.envelopes.toReversed()) {
    const record = parseRecord(envelope.record);
    if (failed(record) || record.class !== RecordClass.Snapshot) continue;
    const clear = parseSnapshotClear(record.clear);
    if (!failed(clear)) return { seq: clear.seq, author: record.session, envelope };
  }
  return undefined;
}
