import { Limits } from "../../limits.ts";
import type { ByteReader } from "../../wire/ByteReader.ts";
import { ByteWriter } from "../../wire/ByteWriter.ts";
import type { StreamId } from "../../wire/Ids.ts";
import { SignalKind } from "./SignalKind.ts";

/** What its author's documents are, so that copies that came apart show within seconds (E8). */
export interface States {
  readonly kind: typeof SignalKind.States;
  readonly states: readonly FileDigest[];
}

export interface FileDigest {
  readonly stream: StreamId;
  /** The position that it covers: all up to there, and nothing else. */
  readonly seq: number;
  /** 32 bytes, as a snapshot's (N2). */
  readonly digest: Uint8Array;
}

/** Behind its kind. */
export function readStates(reader: ByteReader): States {
  return {
    kind: SignalKind.States,
    states: reader.list(reader.u8(), 0, Limits.MaxStates, () => ({
      stream: reader.id<StreamId>(),
      seq: reader.u64(),
      digest: reader.bytes(32),
    })),
  };
}

export function encodeStates(states: readonly FileDigest[]): Uint8Array {
  const writer = new ByteWriter().u8(SignalKind.States).u8(states.length);
  for (const { stream, seq, digest } of states) writer.id(stream).u64(seq).bytes(digest);
  return writer.done();
}
