import { Limits } from "../limits.ts";
import { ByteReader } from "../wire/ByteReader.ts";
import { equal } from "../wire/Bytes.ts";
import { Classes, mayWrite, RecordClass, Role, type StreamKind } from "../wire/Classes.ts";
import { BLOB_ID_BYTES, type BlobId, type SessionId, type StreamId } from "../wire/Ids.ts";
import type { RecordView } from "../wire/RecordView.ts";
import { Code } from "../wire/Refusal.ts";
import { failed } from "../wire/WireError.ts";
import { seenHead } from "./Chain.ts";
import { SUITE } from "./Genesis.ts";
import type { Manifest } from "./Manifest.ts";
import { admits, issuerKey, type Member, roleFits } from "./Members.ts";
import type { RoomState } from "./RoomState.ts";
import { parseRunClear } from "./RunClear.ts";
import { parseSnapshotClear, SNAPSHOT_HEAD_BYTES } from "./SnapshotClear.ts";
import { parseTreeChange, TreeKind } from "./TreeChange.ts";
import { alarm, broken, type Fault, refused, unknownYet } from "./Verdict.ts";

/**
 * The clauses J1 to J10 in their order (PROTOCOL.md section 6): pure questions about a record and the room's state, the same
 * at hub and client but for what each may know. The first clause that fails decides.
 */
export interface Judged {
  readonly verdict: "ok";
  readonly record: RecordView;
  readonly member: Member;
  /** The state it was judged in: it counts in no other. */
  readonly revision: number;
}

/**
 * @param durable whether it is to stand in a log, or to be relayed.
 * @param sender at a hub: the session of the connection that sends.
 */
export function judge(room: RoomState, record: RecordView, durable: boolean, sender?: SessionId): Judged | Fault {
  const early = judgeRoom(room, record) ?? judgeVersion(room, record);
  if (early !== undefined) return early;
  const manifest = room.manifests.at(record.version)!;
  const member = room.members.get(record.session);
  if (member === undefined)
    return unknownYet(room.place, "J3", Code.Session, "the record's session is unknown: join first");
  const fault =
    judgeLiveness(room, member, sender) ??
    judgeCert(room, member, manifest) ??
    judgeLock(room, member, manifest) ??
    judgeRole(room, record, member, manifest) ??
    judgeCounter(room, record) ??
    judgeStream(room, record, durable) ??
    judgeStreamRule(room, record, member) ??
    judgeBlobs(room, record) ??
    judgeSeen(room, record, manifest, durable);
  return fault ?? { verdict: "ok", record, member, revision: room.revision };
}

function judgeRoom(room: RoomState, record: RecordView): Fault | undefined {
  if (record.suite !== SUITE)
    return broken(room.place, "J1", Code.Suite, "the record's suite is not 1: update the client");
  if (record.roomId !== room.roomId) return broken(room.place, "J1", Code.Suite, "the record is of another room");
  return undefined;
}

function judgeVersion(room: RoomState, record: RecordView): Fault | undefined {
  const newest = room.manifests.newest;
  const old = (text: string) => broken(room.place, "J2", Code.Version, text);
  if (room.place === "hub")
    return record.version === newest?.version
      ? undefined
      : old("the record is not of the current manifest version: read the newest, then seal again");
  if (room.manifests.at(record.version) === undefined)
    return unknownYet(room.place, "J2", Code.Version, "the record is of a manifest version that is not known yet");
  const durable = Classes[record.class]!.durable;
  const floor = durable ? (room.findStream(record.stream)?.versionFloor ?? 0) : 0;
  return record.version < floor ? old("the record is of an older version than one before it in its stream") : undefined;
}

function judgeLiveness(room: RoomState, member: Member, sender: SessionId | undefined): Fault | undefined {
  if (room.place === "client" || (member.live && member.sessionId === sender)) return undefined;
  return broken("hub", "J3", Code.Session, "the session is not the live one of this connection: join again");
}

/** J4 and J5 alone: whether a member's session may go on under a manifest. */
export function judgeStanding(room: RoomState, member: Member, manifest: Manifest): Fault | undefined {
  return judgeCert(room, member, manifest) ?? judgeLock(room, member, manifest);
}

function judgeCert(room: RoomState, member: Member, manifest: Manifest): Fault | undefined {
  const { cert } = member;
  const issuer = issuerKey(cert, manifest);
  const holds =
    cert.epoch === manifest.epoch &&
    issuer !== undefined &&
    equal(issuer, member.issuerKey) &&
    roleFits(cert, manifest);
  return holds
    ? undefined
    : broken(
        room.place,
        "J4",
        Code.Cert,
        "the certificate does not hold under this manifest: join again through a door",
      );
}

function judgeLock(room: RoomState, member: Member, manifest: Manifest): Fault | undefined {
  return admits(manifest, member.cert)
    ? undefined
    : broken(room.place, "J5", Code.Locked, "the room is locked to listed members: ask an owner");
}

function judgeRole(room: RoomState, record: RecordView, member: Member, manifest: Manifest): Fault | undefined {
  if (Classes[record.class]?.reserved)
    return broken(
      room.place,
      "J6",
      Code.Reserved,
      "this class of record has no behaviour yet: update the client or the hub",
    );
  return mayWrite(record.class, member.role, manifest.policy)
    ? undefined
    : broken(room.place, "J6", Code.Forbidden, "your role may not do this in this room now: ask an owner");
}

function judgeCounter(room: RoomState, record: RecordView): Fault | undefined {
  if (Classes[record.class]?.durable) {
    const last = room.findStream(record.stream)?.counter(record.session) ?? 0;
    if (record.counter === last + 1) return undefined;
    return broken(room.place, "J7", Code.Counter, `the counter must be ${last + 1}: open a new session and seal again`);
  }
  return record.counter > room.ephemeralCounter(record)
    ? undefined
    : broken(room.place, "J7", Code.Counter, "the counter of an ephemeral class must grow");
}

function judgeStream(room: RoomState, record: RecordView, durable: boolean): Fault | undefined {
  const wanted = Classes[record.class]!.stream;
  const kind = kindOf(room, record.stream);
  const fits = wanted === kind || (wanted === "content" && (kind === "tree" || kind === "chat" || kind === "files"));
  if (!fits || durable !== Classes[record.class]!.durable)
    return broken(room.place, "J8", Code.Stream, "this class of record does not belong on this stream");
  if (room.place === "hub" && kind === "files" && !room.tree.livingFile(record.stream))
    return broken("hub", "J8", Code.Stream, "the file was never made or is deleted: restore it first");
  return undefined;
}

function kindOf(room: RoomState, stream: StreamId): StreamKind {
  const { control, tree, chat, runs, presence } = room.streams;
  if (stream === control) return "control";
  if (stream === tree) return "tree";
  if (stream === chat) return "chat";
  if (stream === runs) return "runs";
  return stream === presence ? "presence" : "files";
}

function judgeStreamRule(room: RoomState, record: RecordView, member: Member): Fault | undefined {
  switch (Classes[record.class]?.clear) {
    case "tree":
    case "node":
      return judgeTree(room, record, member);
    case "blobs":
      return hasBlobShape(record.clear) ? undefined : clearFault(room);
    case "snapshot":
      return judgeSnapshot(room, record);
    case "run":
      return failed(parseRunClear(record.clear)) ? clearFault(room) : undefined;
    case "empty":
      return record.clear.length === 0 ? undefined : clearFault(room);
    default:
      return clearFault(room);
  }
}

function clearFault(room: RoomState): Fault {
  return broken(room.place, "J9", Code.StreamRule, "the clear part has not the form of its class");
}

function hasBlobShape(clear: Uint8Array): boolean {
  return clear.length > 0 && clear.length === 1 + BLOB_ID_BYTES * clear[0]!;
}

function judgeTree(room: RoomState, record: RecordView, member: Member): Fault | undefined {
  const step = parseTreeChange(record.class, record.clear);
  if ("error" in step) return clearFault(room);
  const rule = room.tree.judge(step, member.memberId, member.role === Role.Owner);
  return rule && broken(room.place, "J9", Code.StreamRule, rule.text);
}

/** B5: what a record names is at the hub as a whole. Messages name nothing yet, a snapshot one blob at most. */
function judgeBlobs(room: RoomState, record: RecordView): Fault | undefined {
  if (room.place !== "hub") return undefined;
  const named = blobsOf(room, record);
  const most = record.class === RecordClass.Chat ? 0 : 1;
  return named.length <= most && named.every((blob) => room.hasBlob(blob))
    ? undefined
    : refused("B5", Code.Blob, "the content that this names is not here: send it first");
}

/** The blobs that a record of the right shape names; what restores a file names its content. */
function blobsOf(room: RoomState, record: RecordView): readonly BlobId[] {
  if (record.class === RecordClass.Tree) {
    const change = parseTreeChange(record.class, record.clear);
    if (failed(change)) return [];
    const blob = change.kind === TreeKind.Restore ? room.tree.get(change.node)?.blob : change.blob;
    return blob === undefined ? [] : [blob];
  }
  const list = record.class === RecordClass.Chat ? 0 : record.class === RecordClass.Snapshot ? SNAPSHOT_HEAD_BYTES : -1;
  if (list < 0) return [];
  const reader = new ByteReader(record.clear.subarray(list));
  return reader.list(reader.u8(), 0, 255, () => reader.hex<BlobId>(BLOB_ID_BYTES));
}

/** N1. Positions before a client's base are not judged, as in J10. */
function judgeSnapshot(room: RoomState, record: RecordView): Fault | undefined {
  const clear = parseSnapshotClear(record.clear);
  if ("error" in clear) return clearFault(room);
  const wrong = (text: string) => broken(room.place, "J9", Code.StreamRule, text);
  if (clear.stream !== record.stream) return wrong("a snapshot covers the stream that it stands in");
  const seq = room.findStream(record.stream)?.seq ?? 0;
  if (clear.seq < 1 || clear.seq > seq || clear.seq < seq - Limits.SeenWindow)
    return wrong(`a snapshot covers one of the last ${Limits.SeenWindow} positions: make a newer one`);
  const head = room.headAt(record.stream, clear.seq);
  const right = head === undefined ? room.place === "client" : equal(head, clear.head);
  return right ? undefined : wrong("the chain has another head at the covered position");
}

function judgeSeen(room: RoomState, record: RecordView, manifest: Manifest, durable: boolean): Fault | undefined {
  const unseen = (text: string) => (room.place === "hub" ? refused("J10", Code.Seen, text) : alarm("J10", text));
  const follows = (head: Uint8Array) => equal(seenHead(head, manifest.hash), record.seenHead);
  if (!durable) {
    const right = record.seenSeq === 0 && follows(room.firstHead(record.stream));
    return right ? undefined : unseen("an ephemeral record names the stream's first head");
  }
  const seq = room.findStream(record.stream)?.seq ?? 0;
  if (record.seenSeq > seq || record.seenSeq < seq - Limits.SeenWindow)
    return unseen(`the author has not seen one of the last ${Limits.SeenWindow} positions: read on, then seal again`);
  const head = room.headAt(record.stream, record.seenSeq);
  const right = head === undefined ? room.place === "client" : follows(head);
  return right ? undefined : unseen("author and judge saw different histories of this stream");
}
