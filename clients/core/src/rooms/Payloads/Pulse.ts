import { Limits } from "../../limits.ts";
import type { ByteReader } from "../../wire/ByteReader.ts";
import { ByteWriter } from "../../wire/ByteWriter.ts";
import type { StreamId } from "../../wire/Ids.ts";
import { SignalKind } from "./SignalKind.ts";

/** What its author's own chains say, so that a fork shows within seconds (P2). */
export interface Pulse {
  readonly kind: typeof SignalKind.Pulse;
  readonly streams: readonly PulseStream[];
}

export interface PulseStream {
  readonly stream: StreamId;
  readonly seq: number;
  /** The first 16 bytes of the chain head at seq. */
  readonly head: Uint8Array;
}

const PULSE_HEAD_BYTES = 16;

/** Behind its kind. */
export function readPulse(reader: ByteReader): Pulse {
  return {
    kind: SignalKind.Pulse,
    streams: reader.list(reader.u8(), 0, Limits.MaxPulseStreams, () => ({
      stream: reader.id<StreamId>(),
      seq: reader.u64(),
      head: reader.bytes(PULSE_HEAD_BYTES),
    })),
  };
}

/** @param streams each head may be whole: its first 16 bytes are sent. */
export function encodePulse(streams: readonly PulseStream[]): Uint8Array {
  const writer = new ByteWriter().u8(SignalKind.Pulse).u8(streams.length);
  for (const { stream, seq, head } of streams) writer.id(stream).u64(seq).bytes(head.subarray(0, PULSE_HEAD_BYTES));
  return writer.done();
}
