import { Limits } from "../../limits.ts";
import { ByteReader } from "../../wire/ByteReader.ts";
import { ByteWriter } from "../../wire/ByteWriter.ts";
import type { OpId } from "../../wire/Ids.ts";
import type { Parsed } from "../../wire/WireError.ts";
import type { BlobSecret } from "../Blob.ts";
import { tooLarge } from "./Payload.ts";

export const KEY_BYTES = 32;

/** The payload of class 2. Its opId is carried and not judged (T7). What the record does stands in its clear part; the name is only of use to create and rename (T6). */
export interface TreePayload {
  readonly opId: OpId;
  /** 0 to 200 bytes; isNodeName says whether it may be shown. */
  readonly name: string;
  /** What opens the blob that the clear part names; undefined where it names none. */
  readonly secret?: BlobSecret | undefined;
}

export function parseTreePayload(payload: Uint8Array): Parsed<TreePayload> {
  if (tooLarge(payload)) return { error: "TooLarge" };
  const reader = new ByteReader(payload);
  const named = { opId: reader.id<OpId>(), name: reader.text16(0, Limits.MaxNameBytes) };
  const secret = !reader.failed && reader.remaining > 0 ? readSecret(reader) : undefined;
  return reader.end() ?? { ...named, secret };
}

export function encodeTreePayload({ opId, name, secret }: TreePayload): Uint8Array {
  const writer = new ByteWriter().id(opId).text16(name);
  return (secret === undefined ? writer : writeSecret(writer, secret)).done();
}

/** `key 32 | size u64` */
export function readSecret(reader: ByteReader): BlobSecret {
  const secret = { key: reader.bytes(KEY_BYTES), size: reader.u64() };
  if (secret.size > Limits.MaxBlobBytes) reader.fail("TooLarge");
  return secret;
}

export function writeSecret(writer: ByteWriter, { key, size }: BlobSecret): ByteWriter {
  return writer.bytes(key).u64(size);
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
