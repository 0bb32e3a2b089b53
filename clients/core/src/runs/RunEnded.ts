import { Limits } from "../limits.ts";
import type { ByteReader } from "../wire/ByteReader.ts";
import type { ByteWriter } from "../wire/ByteWriter.ts";
import { RunEnd } from "./RunEnd.ts";

/** How a run ended, and what it took: the last event, and the end of a receipt. */
export interface RunEnded {
  readonly end: RunEnd;
  /** The program's, or 128 and the number of the signal that ended it; the compiler's if that refused. */
  readonly exitCode: number;
  /** By the clock, compiling included. */
  readonly wallMs: number;
  /** On processors, all processes together. */
  readonly cpuMs: number;
  /** The most memory at once. */
  readonly peakBytes: number;
  /** Bits of RunFlag. */
  readonly flags: number;
  /** Bytes of the program's output that were passed on. */
  readonly saidBytes: number;
  /** H("run-output", these bytes), 32 bytes. */
  readonly saidHash: Uint8Array;
  /** Why nothing ran, for a person; else empty. */
  readonly complaint: string;
}

export const RunFlag = {
  /** Time on processors and memory were looked at from time to time, and not counted. */
  Approximate: 1,
  /** More was said than is passed on. */
  OutputCut: 2,
  /** Something was typed: the same again need not say the same. */
  Typed: 4,
} as const;
const ALL_FLAGS = 7;

/** Of H("run-output", …) and its like. */
export const RUN_HASH_BYTES = 32;

export function readRunEnded(reader: ByteReader): RunEnded {
  return {
    end: reader.kind(RunEnd.Exited, RunEnd.Failed) as RunEnd,
    exitCode: reader.u16(),
    wallMs: reader.u32(),
    cpuMs: reader.u32(),
    peakBytes: reader.u64(),
    flags: reader.kind(0, ALL_FLAGS),
    saidBytes: reader.u32(),
    saidHash: reader.bytes(RUN_HASH_BYTES),
    complaint: reader.text16(0, Limits.MaxErrorTextBytes),
  };
}

export function writeRunEnded(writer: ByteWriter, ended: RunEnded): ByteWriter {
  writer.u8(ended.end).u16(ended.exitCode).u32(ended.wallMs).u32(ended.cpuMs).u64(ended.peakBytes);
  return writer.u8(ended.flags).u32(ended.saidBytes).bytes(ended.saidHash).text16(ended.complaint);
}
