import { Limits } from "../limits.ts";
import { ByteReader } from "../wire/ByteReader.ts";
import { ByteWriter } from "../wire/ByteWriter.ts";
import type { Parsed } from "../wire/WireError.ts";
import { readSize, type TerminalSize } from "./RunCommand.ts";
import { type RunEnded, readRunEnded, writeRunEnded } from "./RunEnded.ts";

/** What happens in a run, in order; `Ended` is the last (section 16). */
export type RunEvent =
  /** So many runs are begun before it. */
  | { readonly kind: typeof RunEventKind.Queued; readonly ahead: number }
  | { readonly kind: typeof RunEventKind.Begun; readonly terms: RunTerms }
  | { readonly kind: typeof RunEventKind.CompilerSaid; readonly bytes: Uint8Array }
  | { readonly kind: typeof RunEventKind.Compiled; readonly exitCode: number }
  | { readonly kind: typeof RunEventKind.Said; readonly bytes: Uint8Array }
  | { readonly kind: typeof RunEventKind.Ended; readonly ended: RunEnded }
  /** Its terminal has this size now. */
  | ({ readonly kind: typeof RunEventKind.Sized } & TerminalSize);

export const RunEventKind = { Queued: 1, Begun: 2, CompilerSaid: 3, Compiled: 4, Said: 5, Ended: 6, Sized: 7 } as const;
export type RunEventKind = (typeof RunEventKind)[keyof typeof RunEventKind];

/** What a run runs with. */
export interface RunTerms {
  /** Of the language's toolchain; empty where it does not say. */
  readonly version: string;
  /** Of the program; a compiler may have more. */
  readonly memoryBytes: number;
  readonly cpuMs: number;
  readonly wallMs: number;
  readonly processes: number;
  /** Of output that are passed on. */
  readonly outputBytes: number;
  /** What holds it, in words. */
  readonly protections: string;
}

export function parseRunEvent(bytes: Uint8Array): Parsed<RunEvent> {
  const reader = new ByteReader(bytes);
  const event = readEvent(reader, reader.kind(RunEventKind.Queued, RunEventKind.Sized) as RunEventKind);
  return reader.end() ?? event;
}

function readEvent(reader: ByteReader, kind: RunEventKind): RunEvent {
  switch (kind) {
    case RunEventKind.Begun:
      return { kind, terms: readTerms(reader) };
    case RunEventKind.CompilerSaid:
    case RunEventKind.Said:
      if (reader.remaining < 1 || reader.remaining > Limits.MaxRunSaidBytes) reader.fail("Length");
      return { kind, bytes: reader.rest() };
    case RunEventKind.Compiled:
      return { kind, exitCode: reader.u16() };
    case RunEventKind.Ended:
      return { kind, ended: readRunEnded(reader) };
    case RunEventKind.Sized:
      return { kind, ...readSize(reader) };
    default:
      return { kind: RunEventKind.Queued, ahead: reader.u16() };
  }
}

function readTerms(reader: ByteReader): RunTerms {
  return {
    version: reader.text16(0, Limits.MaxNameBytes),
    memoryBytes: reader.u64(),
    cpuMs: reader.u32(),
    wallMs: reader.u32(),
    processes: reader.u16(),
    outputBytes: reader.u32(),
    protections: reader.text16(0, Limits.MaxErrorTextBytes),
  };
}

export function encodeRunEvent(event: RunEvent): Uint8Array {
  const writer = new ByteWriter().u8(event.kind);
  switch (event.kind) {
    case RunEventKind.Queued:
      return writer.u16(event.ahead).done();
    case RunEventKind.Begun: {
      const { version, memoryBytes, cpuMs, wallMs, processes, outputBytes, protections } = event.terms;
      writer.text16(version).u64(memoryBytes).u32(cpuMs).u32(wallMs).u16(processes);
      return writer.u32(outputBytes).text16(protections).done();
    }
    case RunEventKind.CompilerSaid:
    case RunEventKind.Said:
      return writer.bytes(event.bytes).done();
    case RunEventKind.Compiled:
      return writer.u16(event.exitCode).done();
    case RunEventKind.Ended:
      return writeRunEnded(writer, event.ended).done();
    case RunEventKind.Sized:
      return writer.u16(event.columns).u16(event.rows).done();
  }
}
