import { Limits } from "../limits.ts";
import { ByteReader } from "./ByteReader.ts";
import { ByteWriter } from "./ByteWriter.ts";
import type { Parsed } from "./WireError.ts";

/**
 * A message is one or more frames `length u32 | type u8 | body` (section 9). The result holds `type ‖ body` of each, as views.
 * @param maxMessage bytes of the whole message; a hub's messages to a client are not bounded by the protocol.
 */
export function splitMessage(
  message: Uint8Array,
  maxMessage: number = Number.MAX_SAFE_INTEGER,
  maxFrame: number = Number.MAX_SAFE_INTEGER,
): Parsed<readonly Uint8Array[]> {
  if (message.length > maxMessage) return { error: "TooLarge" };
  const reader = new ByteReader(message);
  const frames: Uint8Array[] = [];
  do {
    const length = reader.u32();
    if (length > maxFrame) return { error: "TooLarge" };
    if (length === 0) reader.fail("Length");
    frames.push(reader.bytes(length));
  } while (!reader.failed && reader.remaining > 0);
  return reader.end() ?? frames;
}

/** W1: the frames of a client's message, within the bounds that a hub holds it to. */
export function splitClientMessage(message: Uint8Array): Parsed<readonly Uint8Array[]> {
  return splitMessage(message, Limits.MaxMessageBytes, Limits.MaxFrameBytes);
}

/** One frame with its length: ready to be sent alone, or joined with others by `concat`. */
export function frameBytes(type: number, body: (writer: ByteWriter) => void, capacity = 256): Uint8Array {
  const writer = new ByteWriter(capacity).u32(0).u8(type);
  body(writer);
  const bytes = writer.done();
  new DataView(bytes.buffer, bytes.byteOffset).setUint32(0, bytes.length - 4);
  return bytes;
}
