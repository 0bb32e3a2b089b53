import { sign } from "../../keys/Signature.ts";
import { Limits } from "../../limits.ts";
import type { ByteReader } from "../../wire/ByteReader.ts";
import { ByteWriter } from "../../wire/ByteWriter.ts";
import type { RoomId, SessionId, StreamId } from "../../wire/Ids.ts";
import { SIGNATURE_BYTES } from "../../wire/RecordView.ts";
import type { SignatureCheck } from "../Verdict.ts";
import { SignalKind } from "./SignalKind.ts";

/** What its author's own chains say, so that a fork shows within seconds (P2), and can be shown to others (V3). */
export interface Pulse {
  readonly kind: typeof SignalKind.Pulse;
  readonly streams: readonly PulseStream[];
  /** Over the room, its incarnation, the session and the positions: it holds outside of the sealed record, too. */
  readonly signature: Uint8Array;
}

export interface PulseStream {
  readonly stream: StreamId;
  readonly seq: number;
  /** The first 16 bytes of the chain head at seq. */
  readonly head: Uint8Array;
}

/** What a pulse's positions are of. */
export interface PulsePlace {
  readonly roomId: RoomId;
  readonly incarnation: Uint8Array;
  readonly session: SessionId;
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
    signature: reader.bytes(SIGNATURE_BYTES),
  };
}

export function encodePulse({ streams, signature }: Omit<Pulse, "kind">): Uint8Array {
  return positions(new ByteWriter().u8(SignalKind.Pulse), streams).bytes(signature).done();
}

/** @param streams each head may be whole: its first 16 bytes are said. */
export async function signPulse(
  place: PulsePlace,
  streams: readonly PulseStream[],
  key: CryptoKey,
): Promise<Omit<Pulse, "kind">> {
  return { streams, signature: await sign(key, "pulse", signedPart(place, streams)) };
}

/** @param key its author's. */
export function pulseCheck(place: PulsePlace, { streams, signature }: Pulse, key: Uint8Array): SignatureCheck {
  return { key, label: "pulse", signedPart: signedPart(place, streams), signature };
}

function signedPart({ roomId, incarnation, session }: PulsePlace, streams: readonly PulseStream[]): Uint8Array {
  return positions(new ByteWriter().id(roomId).bytes(incarnation).id(session), streams).done();
}

function positions(writer: ByteWriter, streams: readonly PulseStream[]): ByteWriter {
  writer.u8(streams.length);
  for (const { stream, seq, head } of streams) writer.id(stream).u64(seq).bytes(head.subarray(0, PULSE_HEAD_BYTES));
  return writer;
}
