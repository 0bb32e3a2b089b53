import type { Manifest } from "../rooms/Manifest.ts";
import { roleFits } from "../rooms/Members.ts";
import type { RoomState } from "../rooms/RoomState.ts";
import { type Packed, parseSnapshot } from "../rooms/Snapshot.ts";
import { parseSnapshotClear } from "../rooms/SnapshotClear.ts";
import type { SnapshotTail } from "../rooms/SnapshotState.ts";
import type { StreamBase } from "../rooms/StreamState.ts";
import { equal, toHex } from "../wire/Bytes.ts";
import { RecordClass, Role } from "../wire/Classes.ts";
import type { Envelope } from "../wire/Envelope.ts";
import type { BlobId, SessionId, StreamId } from "../wire/Ids.ts";
import { parseRecord, type RecordView } from "../wire/RecordView.ts";
import { failed } from "../wire/WireError.ts";
import type { RoomSync } from "./RoomSync.ts";

/** A snapshot that may be started from: its content, and the position it covers. */
export interface TrustedSnapshot {
  /** The state, whether it stood in the record or lay in a blob. */
  readonly packed: Packed;
  /** What its record says of a state that lay in a blob: others compared that with what they hold (N5). */
  readonly digest: Uint8Array | undefined;
  readonly seq: number;
  readonly head: Uint8Array;
  /** Of its own record. */
  readonly version: number;
}

/** N4: whether others start from what this session's member writes: an owner's or a keeper's, as things stand now. */
export function vouches(state: RoomState, session: SessionId): boolean {
  return vouchesBy(state.manifests.newest, state, session); // who was an owner or a keeper once may be nobody's friend now
}

/** N4: where the room may have forgotten the log, what an owner or a keeper of then wrote may be all that there is. */
function vouched(state: RoomState, { session, version }: RecordView): boolean {
  if (vouches(state, session)) return true;
  return state.manifests.hasTrimmed && vouchesBy(state.manifests.at(version), state, session);
}

function vouchesBy(manifest: Manifest | undefined, state: RoomState, session: SessionId): boolean {
  const member = state.members.get(session);
  if (member === undefined || manifest === undefined) return false;
  return manifest.keepers.includes(member.memberId) || (member.role === Role.Owner && roleFits(member.cert, manifest));
}

/**
 * N4: a stream's snapshot, opened, where an owner or a keeper signed it; undefined for any other, and where its blob is not what it says.
 * @throws RoomError where the connection ended before its blob was here
 */
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
  if (!vouched(sync.state, record) || !(await sync.signatureHolds(record))) return undefined;
  const payload = await sync.own.open(record, member.memberId);
  const whole = payload && (await stateOf(sync, payload, clear.blobs));
  return whole && { ...whole, seq: clear.seq, head: clear.head, version: record.version };
}

/** The state that a payload has in it, or that lies in the blob which it opens; undefined where it is neither. */
async function stateOf(
  sync: RoomSync,
  payload: Uint8Array,
  blobs: readonly Uint8Array[],
): Promise<Pick<TrustedSnapshot, "packed" | "digest"> | undefined> {
  const snapshot = parseSnapshot(payload);
  if (failed(snapshot)) return undefined;
  if (snapshot.format === 1) return blobs.length === 0 ? { packed: snapshot, digest: undefined } : undefined;
  const [id] = blobs;
  if (id === undefined || blobs.length > 1) return undefined;
  const { key, size, packing, digest } = snapshot;
  const state = await sync.blobs.getHere({ id: toHex(id) as BlobId, key, size });
  return state && { packed: { packing, state }, digest };
}

/** Where the log goes on behind it. @param tail what was read from it */
export function baseOf(
  { seq, head }: TrustedSnapshot,
  { versionFloor, counters }: Omit<SnapshotTail, "digest">,
): StreamBase {
  return { seq, head, versionFloor, counters };
}

/** Whether a state that was read from a snapshot is the one that its record speaks of, and of no later rules than that. */
export function isAsSaid(
  { digest, version }: TrustedSnapshot,
  state: Pick<SnapshotTail, "digest" | "versionFloor">,
): boolean {
  return (digest === undefined || equal(digest, state.digest)) && version >= state.versionFloor;
}
