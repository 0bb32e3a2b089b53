import { isPoint, POINT_BYTES } from "../keys/Point.ts";
import { Limits } from "../limits.ts";
import { ByteReader } from "../wire/ByteReader.ts";
import { ByteWriter } from "../wire/ByteWriter.ts";
import type { RoomId, RunId } from "../wire/Ids.ts";
import type { Parsed } from "../wire/WireError.ts";

/** A message from a client on the socket of runs: one frame, `type u8 | body` (section 16). */
export type RunClientFrame =
  | { readonly type: "start"; readonly roomId: RoomId; readonly sealed: Uint8Array }
  | { readonly type: "watch"; readonly run: RunId; readonly access: Uint8Array; readonly from: number }
  /** Sealed under the run's hand key. */
  | { readonly type: "command"; readonly command: Uint8Array };

export type RunServerFrame =
  | { readonly type: "welcome"; readonly suite: number; readonly challenge: Uint8Array; readonly runKey: Uint8Array }
  /** Sealed under the run's key. */
  | { readonly type: "event"; readonly index: number; readonly event: Uint8Array }
  | { readonly type: "refused"; readonly code: number; readonly text: string };

const START = 1;
const WATCH = 2;
const COMMAND = 3;
const WELCOME = 1;
const EVENT = 2;
const REFUSED = 3;
const SECRET_BYTES = 32;

export function parseRunServerFrame(bytes: Uint8Array): Parsed<RunServerFrame> {
  const reader = new ByteReader(bytes);
  const frame = readServerFrame(reader, reader.kind(WELCOME, REFUSED));
  return reader.end() ?? frame;
}

function readServerFrame(reader: ByteReader, type: number): RunServerFrame {
  if (type === EVENT) return { type: "event", index: reader.u32(), event: reader.rest() };
  if (type === REFUSED)
    return { type: "refused", code: reader.u16(), text: reader.text16(0, Limits.MaxErrorTextBytes) };
  const suite = reader.u8();
  const [challenge, runKey] = [reader.bytes(SECRET_BYTES), reader.bytes(POINT_BYTES)];
  if (!reader.failed && !isPoint(runKey)) reader.fail("Point");
  return { type: "welcome", suite, challenge, runKey };
}

export function encodeRunServerFrame(frame: RunServerFrame): Uint8Array {
  const writer = new ByteWriter();
  switch (frame.type) {
    case "welcome":
      return writer.u8(WELCOME).u8(frame.suite).bytes(frame.challenge).bytes(frame.runKey).done();
    case "event":
      return writer.u8(EVENT).u32(frame.index).bytes(frame.event).done();
    case "refused":
      return writer.u8(REFUSED).u16(frame.code).text16(frame.text).done();
  }
}

export function parseRunClientFrame(bytes: Uint8Array): Parsed<RunClientFrame> {
  const reader = new ByteReader(bytes);
  const frame = readClientFrame(reader, reader.kind(START, COMMAND));
  return reader.end() ?? frame;
}

function readClientFrame(reader: ByteReader, type: number): RunClientFrame {
  if (type === START) return { type: "start", roomId: reader.id(), sealed: reader.rest() };
  if (type === COMMAND) return { type: "command", command: reader.rest() };
  return { type: "watch", run: reader.id(), access: reader.bytes(SECRET_BYTES), from: reader.u32() };
}

export function encodeRunClientFrame(frame: RunClientFrame): Uint8Array {
  switch (frame.type) {
    case "start":
      return new ByteWriter(frame.sealed.length + 32).u8(START).id(frame.roomId).bytes(frame.sealed).done();
    case "watch":
      return new ByteWriter(64).u8(WATCH).id(frame.run).bytes(frame.access).u32(frame.from).done();
    case "command":
      return new ByteWriter(frame.command.length + 1).u8(COMMAND).bytes(frame.command).done();
  }
}
