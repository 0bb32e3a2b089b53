import * as Y from "yjs";
import { breathe } from "../breathe.ts";
import { hashLong } from "../keys/Hash.ts";
import { utf8 } from "../wire/Bytes.ts";
import { ByteWriter } from "../wire/ByteWriter.ts";

/** The one root of a file's document: a Y.Text. */
export const TEXT_ROOT = "text";

/** UTF-16 units of a text that takes so long that a page would notice. */
const LONG_UNITS = 256 * 1024;

/**
 * N2: 32 bytes that two replicas of a file share exactly when they hold the same history and show the same text, in
 * whatever order it reached them and whether or not Yjs has since forgotten what was deleted. What waits in the document for
 * structs that it has not seen does not count. It is the digest of the document as it is when this is called.
 */
export async function digestOf(doc: Y.Doc): Promise<Uint8Array> {
  const { sv, ds } = Y.snapshot(doc);
  const text = doc.getText(TEXT_ROOT).toString();
  if (text.length > LONG_UNITS) await breathe();
  const writer = new ByteWriter(1024);
  writeStateVector(writer, sv);
  writeDeleteSet(writer, ds);
  writer.u32(1).b16(utf8(TEXT_ROOT)).b32(utf8(text));
  return await hashLong("digest", writer.done());
}

function writeStateVector(writer: ByteWriter, clocks: Y.Snapshot["sv"]): void {
  writer.u32(clocks.size);
  for (const [client, clock] of ascending(clocks)) writer.u64(client).u64(clock);
}

/** Yjs gives each client's ranges ascending and merged, what it has garbage-collected included. */
function writeDeleteSet(writer: ByteWriter, deleted: Y.Snapshot["ds"]): void {
  writer.u32(deleted.clients.size);
  for (const [client, ranges] of ascending(deleted.clients)) {
    writer.u64(client).u32(ranges.length);
    for (const { clock, len } of ranges) writer.u64(clock).u64(len);
  }
}

function ascending<T>(byClient: Map<number, T>): [number, T][] {
  return [...byClient].sort(([a], [b]) => a - b);
}
