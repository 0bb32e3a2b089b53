import { roleFits } from "../rooms/Members.ts";
import type { RoomState } from "../rooms/RoomState.ts";
import { parseSnapshotClear } from "../rooms/SnapshotClear.ts";
import { RecordClass, Role } from "../wire/Classes.ts";
import type { Envelope } from "../wire/Envelope.ts";
import type { SessionId, StreamId } from "../wire/Ids.ts";
import { parseRecord } from "../wire/RecordView.ts";
import { failed } from "../wire/WireError.ts";
import type { RoomSync } from "./RoomSync.ts";

/** A snapshot that may be started from: its content, and the position it covers. */
export interface TrustedSnapshot {
  readonly payload: Uint8Array;
  readonly seq: number;
  readonly head: Uint8Array;
}

/** N4: whether others start from what this session's member writes: an owner's or a keeper's, as things stand now. */
export function vouches(state: RoomState, session: SessionId): boolean {
  const member = state.members.get(session);
  const newest = state.manifests.newest; // who was an owner or a keeper once may be nobody's friend now
  if (member === undefined || newest === undefined) return false;
  return newest.keepers.includes(member.memberId) || (member.role === Role.Owner && roleFits(member.cert, newest));
}

/** N4: a stream's snapshot, opened, where an owner or a keeper signed it; undefined for any other. */
export async function trustedSnapshot(
  sync: RoomSync,
  stream: StreamId,
  envelope: Envelope,
): Promise<TrustedSnapshot | undefined> {
  const record = parseRecord(envelope.record);
  if (failed(record) || record.class !== RecordClass.Snapshot || record.stream !== stream) return undefined;
  const clear = parseSnapshotClear(record.clear);
  const member = sync.state.members.get(record.session);
  if (failed(clear) || clear.stream !== stream || member === undefined) return undefined;
  if (!vouches(sync.state, record.session) || !(await sync.signatureHolds(record))) return undefined;
  const payload = await sync.own.open(record, member.memberId);
  return payload && { payload, seq: clear.seq, head: clear.head };
}
