import { ByteReader } from "../wire/ByteReader.ts";
import { ByteWriter } from "../wire/ByteWriter.ts";
import { RecordClass } from "../wire/Classes.ts";
import { BLOB_ID_BYTES, type BlobId, type NodeId, ROOT } from "../wire/Ids.ts";
import type { Parsed } from "../wire/WireError.ts";

/** What a record does to the tree: its kinds, and Delete, which is a class of its own and never travels as a kind. */
export const TreeKind = {
  CreateFile: 1,
  CreateFolder: 2,
  Rename: 3,
  Move: 4,
  Restore: 5,
  /** Creates a file whose content is a blob, and has no stream. */
  CreateBinary: 6,
  /** Gives such a file other content. */
  Content: 7,
  Delete: 0,
} as const;
export type TreeKind = (typeof TreeKind)[keyof typeof TreeKind];

/** The clear part of a record of class 2 or 3. Rename, content and delete have the root as parent. */
export interface TreeChange {
  readonly kind: TreeKind;
  readonly node: NodeId;
  readonly parent: NodeId;
  /** The content of the node, of the kinds that name one. */
  readonly blob?: BlobId;
}

export function namesBlob({ kind }: TreeChange): boolean {
  return kind === TreeKind.CreateBinary || kind === TreeKind.Content;
}

export function creates({ kind }: TreeChange): boolean {
  return kind === TreeKind.CreateFile || kind === TreeKind.CreateFolder || kind === TreeKind.CreateBinary;
}

/** Whether a change gives its node a name. */
export function givesName(change: TreeChange): boolean {
  return creates(change) || change.kind === TreeKind.Rename;
}

/** @param recordClass tree or delete. */
export function parseTreeChange(recordClass: number, clear: Uint8Array): Parsed<TreeChange> {
  const reader = new ByteReader(clear);
  const node = reader.id<NodeId>();
  if (recordClass === RecordClass.Delete) return reader.end() ?? { kind: TreeKind.Delete, node, parent: ROOT };
  const parent = reader.id<NodeId>();
  const kind = reader.kind(TreeKind.CreateFile, TreeKind.Content) as TreeKind;
  const change = { kind, node, parent };
  if ((kind === TreeKind.Rename || kind === TreeKind.Content) && parent !== ROOT) reader.fail("Value");
  if (!namesBlob(change)) return reader.end() ?? change;
  const blob = reader.hex<BlobId>(BLOB_ID_BYTES);
  return reader.end() ?? { ...change, blob };
}

export function encodeTreeChange(change: TreeChange): Uint8Array {
  const writer = new ByteWriter(33).id(change.node);
  if (change.kind === TreeKind.Delete) return writer.done();
  writer.id(change.parent).u8(change.kind);
  return change.blob === undefined ? writer.done() : writer.id(change.blob).done();
}
