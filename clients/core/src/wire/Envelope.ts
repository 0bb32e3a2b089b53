import { ByteReader } from "./ByteReader.ts";
import { ByteWriter } from "./ByteWriter.ts";
import type { Parsed } from "./WireError.ts";

/** A record at its place in a stream, as the hub ordered it. */
export interface Envelope {
  readonly seq: number;
  /** Milliseconds since 1970 by the hub's clock; for display only, but chained (section 5). */
  readonly serverTime: number;
  /** The whole record, unparsed. */
  readonly record: Uint8Array;
}

export function readEnvelope(reader: ByteReader): Envelope {
  return { seq: reader.u64(), serverTime: reader.u64(), record: reader.rest() };
}

/** Any record bytes will do here: parseRecord judges them. */
export function parseEnvelope(bytes: Uint8Array): Parsed<Envelope> {
  const reader = new ByteReader(bytes);
  const envelope = readEnvelope(reader);
  return reader.end() ?? envelope;
}

export function encodeEnvelope(envelope: Envelope): Uint8Array {
  return new ByteWriter(16 + envelope.record.length)
    .u64(envelope.seq)
    .u64(envelope.serverTime)
    .bytes(envelope.record)
    .done();
}
