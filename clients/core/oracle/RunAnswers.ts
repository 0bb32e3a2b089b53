import {
  type Failure,
  failed,
  parseDisclosure,
  parseRunCommand,
  parseRunEvent,
  parseRunOrder,
  parseRunReceipt,
  parseRunRequest,
  parseRunShared,
  RunCommandKind,
  type RunEnded,
  type RunEvent,
  RunEventKind,
  toHex,
} from "../src/protocol.ts";
import type { Fields } from "./Canonical.ts";

/** The part of the canonical answers about runs. */
export const runParsers: Readonly<Record<string, (bytes: Uint8Array) => Fields | Failure>> = {
  disclosure: (bytes) => {
    const parsed = parseDisclosure(bytes);
    return failed(parsed) ? parsed : { run: parsed.run, files: parsed.files, bytes: `${parsed.bytes}`, to: parsed.to };
  },
  "run-request": (bytes) => {
    const parsed = parseRunRequest(bytes);
    if (failed(parsed)) return parsed;
    return {
      runKey: toHex(parsed.runKey),
      language: parsed.language,
      entry: parsed.entry,
      terminal: Number(parsed.terminal),
      arguments: parsed.arguments,
      inputHash: toHex(parsed.inputHash),
      files: parsed.files.map(hashedFields),
      hands: parsed.hands.map(toHex),
    };
  },
  "run-shared": (bytes) => {
    const parsed = parseRunShared(bytes);
    return failed(parsed) ? parsed : { lentKey: toHex(parsed.lentKey) };
  },
  "run-receipt": (bytes) => {
    const parsed = parseRunReceipt(bytes);
    if (failed(parsed)) return parsed;
    return {
      language: parsed.language,
      version: parsed.version,
      entry: parsed.entry,
      terminal: Number(parsed.terminal),
      arguments: parsed.arguments,
      inputHash: toHex(parsed.inputHash),
      files: parsed.files.map(hashedFields),
      memoryBytes: `${parsed.memoryBytes}`,
      cpuMs: parsed.cpuMs,
      wallMs: parsed.wallMs,
      processes: parsed.processes,
      protections: parsed.protections,
      ended: endedFields(parsed.ended),
    };
  },
  "run-order": (bytes) => {
    const parsed = parseRunOrder(bytes);
    if (failed(parsed)) return parsed;
    return {
      runKey: toHex(parsed.runKey),
      handKey: toHex(parsed.handKey),
      language: parsed.language,
      entry: parsed.entry,
      columns: parsed.terminal?.columns ?? 0,
      rows: parsed.terminal?.rows ?? 0,
      arguments: parsed.arguments,
      input: toHex(parsed.input),
      files: parsed.files.map(({ path, bytes }) => ({ path, bytes: toHex(bytes) })),
    };
  },
  "run-event": (bytes) => {
    const parsed = parseRunEvent(bytes);
    return failed(parsed) ? parsed : eventFields(parsed);
  },
  "run-command": (bytes) => {
    const parsed = parseRunCommand(bytes);
    if (failed(parsed)) return parsed;
    if (parsed.kind === RunCommandKind.Lend) return { kind: parsed.kind, key: toHex(parsed.key) };
    return parsed.kind === RunCommandKind.Type ? { kind: parsed.kind, bytes: toHex(parsed.bytes) } : { ...parsed };
  },
};

function hashedFields({ path, hash }: { readonly path: string; readonly hash: Uint8Array }): Fields {
  return { path, hash: toHex(hash) };
}

function eventFields(event: RunEvent): Fields {
  switch (event.kind) {
    case RunEventKind.Begun:
      return { kind: event.kind, ...event.terms, memoryBytes: `${event.terms.memoryBytes}` };
    case RunEventKind.CompilerSaid:
    case RunEventKind.Said:
      return { kind: event.kind, bytes: toHex(event.bytes) };
    case RunEventKind.Ended:
      return { kind: event.kind, ended: endedFields(event.ended) };
    default:
      return { ...event };
  }
}

function endedFields(ended: RunEnded): Fields {
  return { ...ended, peakBytes: `${ended.peakBytes}`, saidHash: toHex(ended.saidHash) };
}
