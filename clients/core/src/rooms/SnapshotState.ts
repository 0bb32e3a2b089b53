import { hash } from "../keys/Hash.ts";
import { Limits } from "../limits.ts";
import { ByteReader } from "../wire/ByteReader.ts";
import { equal } from "../wire/Bytes.ts";
import { ByteWriter } from "../wire/ByteWriter.ts";
import {
  BLOB_ID_BYTES,
  type BlobId,
  type MemberId,
  type NodeId,
  type OpId,
  ROOT,
  type SessionId,
} from "../wire/Ids.ts";
import type { Parsed } from "../wire/WireError.ts";
import type { BlobSecret } from "./Blob.ts";
import { KEY_BYTES, readSecret, writeSecret } from "./Payloads/TreePayload.ts";
import { NodeKind, type TreeNodeState } from "./TreeState.ts";

/**
 * What a snapshot's unpacked state holds, for files, the tree and the chat (section 8). Parsing checks the layout; whether a
 * digest is that of the content is asked by treeDigestHolds and chatDigestHolds, and for files by who holds the document (N2).
 */
export interface SnapshotTail {
  readonly digest: Uint8Array;
  /** J2's floor at the covered position. */
  readonly versionFloor: number;
  /** R4's counters at the covered position. */
  readonly counters: ReadonlyMap<SessionId, number>;
}

export interface FileState extends SnapshotTail {
  /** One Yjs update, v1. */
  readonly yjs: Uint8Array;
  readonly claims: readonly Claim[];
}

/** E5: the member whose a Yjs client id is in this stream. */
export interface Claim {
  readonly clientId: number;
  readonly memberId: MemberId;
}

export interface NamedNode extends TreeNodeState {
  readonly name: string;
  /** What opens the blob of a binary file, as its author said; undefined where they said nothing that counts, and of all others. */
  readonly secret?: BlobSecret | undefined;
}

export interface TreeSnapshotState extends SnapshotTail {
  /** By creation. */
  readonly nodes: readonly NamedNode[];
}

export interface KeptMessage {
  readonly seq: number;
  readonly time: number;
  readonly memberId: MemberId;
  readonly opId: OpId;
  readonly text: string;
}

export interface ChatSnapshotState extends SnapshotTail {
  /** In log order. */
  readonly messages: readonly KeptMessage[];
}

const ANY_COUNT = 0xffff_ffff;
const UNREADABLE: BlobSecret = { key: new Uint8Array(KEY_BYTES), size: 0 };

export function parseFileState(state: Uint8Array): Parsed<FileState> {
  const reader = new ByteReader(state);
  const yjs = reader.b32();
  const { digest, versionFloor } = readStart(reader);
  const readClaim = () => ({ clientId: reader.u64(), memberId: reader.id<MemberId>() });
  const claims = reader.distinct(reader.u32(), 0, ANY_COUNT, readClaim, ({ clientId }) => clientId);
  const counters = readCounters(reader);
  return reader.end() ?? { yjs, digest, versionFloor, claims, counters };
}

export function encodeFileState(state: FileState): Uint8Array {
  const writer = new ByteWriter(state.yjs.length + 256).b32(state.yjs).bytes(state.digest).u32(state.versionFloor);
  writer.u32(state.claims.length);
  for (const { clientId, memberId } of state.claims) writer.u64(clientId).id(memberId);
  return writeCounters(writer, state.counters).done();
}

export function parseTreeState(state: Uint8Array): Parsed<TreeSnapshotState> {
  const reader = new ByteReader(state);
  const nodes = reader.distinct(
    reader.u32(),
    0,
    ANY_COUNT,
    () => readNode(reader),
    ({ id }) => id,
  );
  const tail = { ...readStart(reader), counters: readCounters(reader) };
  return reader.end() ?? { nodes, ...tail };
}

/** The tree's state with the digest that belongs to it. */
export function encodeTreeState(nodes: readonly NamedNode[], tail: Omit<SnapshotTail, "digest">): Uint8Array {
  const list = encodeNodes(nodes);
  const writer = new ByteWriter(list.length + 256).bytes(list).bytes(hash("digest", list)).u32(tail.versionFloor);
  return writeCounters(writer, tail.counters).done();
}

export function treeDigest(nodes: readonly NamedNode[]): Uint8Array {
  return hash("digest", encodeNodes(nodes));
}

export function treeDigestHolds(state: TreeSnapshotState): boolean {
  return equal(state.digest, treeDigest(state.nodes));
}

export function parseChatState(state: Uint8Array): Parsed<ChatSnapshotState> {
  const reader = new ByteReader(state);
  const messages = reader.list(reader.u32(), 0, ANY_COUNT, () => ({
    seq: reader.u64(),
    time: reader.u64(),
    memberId: reader.id<MemberId>(),
    opId: reader.id<OpId>(),
    text: reader.text16(1, Limits.MaxChatBytes),
  }));
  const tail = { ...readStart(reader), counters: readCounters(reader) };
  return reader.end() ?? { messages, ...tail };
}

/** The chat's state with the digest that belongs to it. */
export function encodeChatState(messages: readonly KeptMessage[], tail: Omit<SnapshotTail, "digest">): Uint8Array {
  const list = encodeMessages(messages);
  const writer = new ByteWriter(list.length + 256).bytes(list).bytes(hash("digest", list)).u32(tail.versionFloor);
  return writeCounters(writer, tail.counters).done();
}

export function chatDigest(messages: readonly KeptMessage[]): Uint8Array {
  return hash("digest", encodeMessages(messages));
}

export function chatDigestHolds(state: ChatSnapshotState): boolean {
  return equal(state.digest, chatDigest(state.messages));
}

function readStart(reader: ByteReader): { digest: Uint8Array; versionFloor: number } {
  return { digest: reader.bytes(32), versionFloor: reader.u32() };
}

function readCounters(reader: ByteReader): Map<SessionId, number> {
  const readCounter = () => [reader.id<SessionId>(), reader.u64()] as const;
  return new Map(reader.distinct(reader.u32(), 0, ANY_COUNT, readCounter, ([session]) => session));
}

function writeCounters(writer: ByteWriter, counters: ReadonlyMap<SessionId, number>): ByteWriter {
  writer.u32(counters.size);
  for (const [session, counter] of counters) writer.id(session).u64(counter);
  return writer;
}

function readNode(reader: ByteReader): NamedNode {
  const id = reader.id<NodeId>();
  const parent = reader.id<NodeId>();
  const kind = reader.kind(NodeKind.File, NodeKind.Binary) as NodeKind;
  const lives = reader.truth();
  const diedWith = reader.id<NodeId>();
  if (!reader.failed && lives !== (diedWith === ROOT)) reader.fail("Value");
  const creator = reader.id<MemberId>();
  const name = reader.text16(1, Limits.MaxNameBytes);
  const node = { id, parent, kind, diedWith: lives ? undefined : diedWith, creator, name };
  if (kind !== NodeKind.Binary) return node;
  const blob = reader.hex<BlobId>(BLOB_ID_BYTES);
  return { ...node, blob, secret: readSecret(reader) };
}

function encodeNodes(nodes: readonly NamedNode[]): Uint8Array {
  const writer = new ByteWriter(4 + nodes.length * 96).u32(nodes.length);
  for (const node of nodes) {
    writer
      .id(node.id)
      .id(node.parent)
      .u8(node.kind)
      .truth(node.diedWith === undefined)
      .id(node.diedWith ?? ROOT)
      .id(node.creator)
      .text16(node.name);
    if (node.blob !== undefined) writeSecret(writer.id(node.blob), node.secret ?? UNREADABLE);
  }
  return writer.done();
}

function encodeMessages(messages: readonly KeptMessage[]): Uint8Array {
  const writer = new ByteWriter(4 + messages.length * 128).u32(messages.length);
  for (const { seq, time, memberId, opId, text } of messages)
    writer.u64(seq).u64(time).id(memberId).id(opId).text16(text);
  return writer.done();
}
