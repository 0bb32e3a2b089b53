import { Limits } from "../../limits.ts";
import { ByteReader } from "../../wire/ByteReader.ts";
import { ByteWriter } from "../../wire/ByteWriter.ts";
import type { OpId } from "../../wire/Ids.ts";
import type { Parsed } from "../../wire/WireError.ts";
import { tooLarge } from "./Payload.ts";

/** The payload of class 2. Its opId is carried and not judged (T7). What the record does stands in its clear part; the name is only of use to create and rename (T6). */
export interface TreePayload {
  readonly opId: OpId;
  /** 0 to 200 bytes; isNodeName says whether it may be shown. */
  readonly name: string;
}

export function parseTreePayload(payload: Uint8Array): Parsed<TreePayload> {
  if (tooLarge(payload)) return { error: "TooLarge" };
  const reader = new ByteReader(payload);
  const tree: TreePayload = { opId: reader.id(), name: reader.text16(0, Limits.MaxNameBytes) };
  return reader.end() ?? tree;
}

export function encodeTreePayload(tree: TreePayload): Uint8Array {
  return new ByteWriter().id(tree.opId).text16(tree.name).done();
}

/** The payload of class 3. */
export interface DeletePayload {
  readonly opId: OpId;
}

export function parseDeletePayload(payload: Uint8Array): Parsed<DeletePayload> {
  if (tooLarge(payload)) return { error: "TooLarge" };
  const reader = new ByteReader(payload);
  const deleted: DeletePayload = { opId: reader.id() };
  return reader.end() ?? deleted;
}

export function encodeDeletePayload(deleted: DeletePayload): Uint8Array {
  return new ByteWriter(16).id(deleted.opId).done();
}
