import { Limits } from "../../limits.ts";
import { RUN_HASH_BYTES, type RunEnded, readRunEnded, writeRunEnded } from "../../runs/RunEnded.ts";
import { readArguments, readLanguage, readPath, writeArguments } from "../../runs/RunOrder.ts";
import { ByteReader } from "../../wire/ByteReader.ts";
import { ByteWriter } from "../../wire/ByteWriter.ts";
import type { Parsed } from "../../wire/WireError.ts";
import { tooLarge } from "./Payload.ts";

/** The payload of a receipt of class 9: what was run, within which bounds, and how it ended; by the word of who ran it (X8). */
export interface RunReceipt {
  readonly language: string;
  /** Of the language. */
  readonly version: string;
  readonly entry: string;
  readonly terminal: boolean;
  readonly arguments: readonly string[];
  /** H("run-input", input), 32 bytes. */
  readonly inputHash: Uint8Array;
  readonly files: readonly HashedFile[];
  readonly memoryBytes: number;
  readonly cpuMs: number;
  readonly wallMs: number;
  readonly processes: number;
  readonly protections: string;
  readonly ended: RunEnded;
}

export interface HashedFile {
  readonly path: string;
  /** H("run-file", bytes), 32 bytes. */
  readonly hash: Uint8Array;
}

export function readHashed(reader: ByteReader): readonly HashedFile[] {
  return reader.list(reader.u16(), 0, Limits.MaxRunFiles, () => ({
    path: readPath(reader),
    hash: reader.bytes(RUN_HASH_BYTES),
  }));
}

export function writeHashed(writer: ByteWriter, files: readonly HashedFile[]): ByteWriter {
  writer.u16(files.length);
  for (const { path, hash } of files) writer.text16(path).bytes(hash);
  return writer;
}

export function parseRunReceipt(payload: Uint8Array): Parsed<RunReceipt> {
  if (tooLarge(payload)) return { error: "TooLarge" };
  const reader = new ByteReader(payload);
  const receipt: RunReceipt = {
    language: readLanguage(reader),
    version: reader.text16(0, Limits.MaxNameBytes),
    entry: readPath(reader),
    terminal: reader.truth(),
    arguments: readArguments(reader),
    inputHash: reader.bytes(RUN_HASH_BYTES),
    files: readHashed(reader),
    memoryBytes: reader.u64(),
    cpuMs: reader.u32(),
    wallMs: reader.u32(),
    processes: reader.u16(),
    protections: reader.text16(0, Limits.MaxErrorTextBytes),
    ended: readRunEnded(reader),
  };
  return reader.end() ?? receipt;
}

export function encodeRunReceipt(receipt: RunReceipt): Uint8Array {
  const writer = new ByteWriter(1_024).text16(receipt.language).text16(receipt.version).text16(receipt.entry);
  writeArguments(writer.truth(receipt.terminal), receipt.arguments).bytes(receipt.inputHash);
  writeHashed(writer, receipt.files);
  writer.u64(receipt.memoryBytes).u32(receipt.cpuMs).u32(receipt.wallMs).u16(receipt.processes);
  return writeRunEnded(writer.text16(receipt.protections), receipt.ended).done();
}
