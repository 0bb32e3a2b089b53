import { ByteReader } from "../wire/ByteReader.ts";
import { ByteWriter } from "../wire/ByteWriter.ts";
import { RecordClass } from "../wire/Classes.ts";
import { type NodeId, ROOT } from "../wire/Ids.ts";
import type { Parsed } from "../wire/WireError.ts";

/** What a record does to the tree: its kinds, and Delete, which is a class of its own and never travels as a kind. */
export const TreeKind = { CreateFile: 1, CreateFolder: 2, Rename: 3, Move: 4, Restore: 5, Delete: 0 } as const;
export type TreeKind = (typeof TreeKind)[keyof typeof TreeKind];

/** The clear part of a record of class 2 or 3. Rename and delete have the root as parent. */
export interface TreeChange {
  readonly kind: TreeKind;
  readonly node: NodeId;
  readonly parent: NodeId;
}

/** @param recordClass tree or delete. */
export function parseTreeChange(recordClass: number, clear: Uint8Array): Parsed<TreeChange> {
  const reader = new ByteReader(clear);
  const node = reader.id<NodeId>();
  if (recordClass === RecordClass.Delete) return reader.end() ?? { kind: TreeKind.Delete, node, parent: ROOT };
  const parent = reader.id<NodeId>();
  const kind = reader.kind(TreeKind.CreateFile, TreeKind.Restore) as TreeKind;
  if (kind === TreeKind.Rename && parent !== ROOT) reader.fail("Value");
  return reader.end() ?? { kind, node, parent };
}

export function encodeTreeChange(change: TreeChange): Uint8Array {
  const writer = new ByteWriter(33).id(change.node);
  return change.kind === TreeKind.Delete ? writer.done() : writer.id(change.parent).u8(change.kind).done();
}
