import { Limits } from "../limits.ts";
import { readSuite, SUITE } from "../rooms/Genesis.ts";
import { ByteReader } from "../wire/ByteReader.ts";
import { utf8 } from "../wire/Bytes.ts";
import { ByteWriter } from "../wire/ByteWriter.ts";
import type { Parsed } from "../wire/WireError.ts";
import { readSize, type TerminalSize } from "./RunCommand.ts";

/** What a member wants run, as it is sealed to the server (section 16): the keys of this run alone, and exactly its files. */
export interface RunOrder {
  /** 32 bytes: what the program says is sealed under keys from it. */
  readonly runKey: Uint8Array;
  /** 32 bytes: who holds it may type and stop. */
  readonly handKey: Uint8Array;
  /** Id of a language, ASCII. */
  readonly language: string;
  /** The path of the file to begin with. */
  readonly entry: string;
  /** Undefined: pipes, whose input ends behind `input`. */
  readonly terminal: TerminalSize | undefined;
  readonly arguments: readonly string[];
  /** What the program reads before anything is typed. */
  readonly input: Uint8Array;
  readonly files: readonly RunFile[];
}

/** A file of a run: names with "/" between them, as the room's tree has them, and its bytes. */
export interface RunFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** Of the run key and the hand key. */
export const RUN_KEY_BYTES = 32;
/** What stands in an order for pipes. */
const NO_TERMINAL: TerminalSize = { columns: 80, rows: 24 };

/** X6 */
export function parseRunOrder(bytes: Uint8Array): Parsed<RunOrder> {
  if (bytes.length > Limits.MaxRunOrderBytes) return { error: "TooLarge" };
  const reader = new ByteReader(bytes);
  readSuite(reader);
  const keys = { runKey: reader.bytes(RUN_KEY_BYTES), handKey: reader.bytes(RUN_KEY_BYTES) };
  const [language, entry, isTerminal, size] = [
    readLanguage(reader),
    readPath(reader),
    reader.truth(),
    readSize(reader),
  ];
  const order: RunOrder = {
    ...keys,
    language,
    entry,
    terminal: isTerminal ? size : undefined,
    arguments: readArguments(reader),
    input: reader.b32(0, Limits.MaxRunInputBytes),
    files: readFiles(reader),
  };
  return reader.end() ?? order;
}

export function encodeRunOrder(order: RunOrder): Uint8Array {
  const bytes = order.files.reduce((sum, file) => sum + file.bytes.length + 64, order.input.length + 1_024);
  const { columns, rows } = order.terminal ?? NO_TERMINAL;
  const writer = new ByteWriter(bytes).u8(SUITE).bytes(order.runKey).bytes(order.handKey);
  writer
    .text16(order.language)
    .text16(order.entry)
    .truth(order.terminal !== undefined)
    .u16(columns)
    .u16(rows);
  writeArguments(writer, order.arguments).b32(order.input).u16(order.files.length);
  for (const { path, bytes } of order.files) writer.text16(path).b32(bytes);
  return writer.done();
}

export function readLanguage(reader: ByteReader): string {
  const id = reader.b16(1, Limits.MaxRunLanguageBytes);
  if (id.some((letter) => letter > 0x7f)) reader.fail("Text");
  return String.fromCharCode(...id);
}

export function readPath(reader: ByteReader): string {
  return reader.text16(1, Limits.MaxRunPathBytes);
}

export function readArguments(reader: ByteReader): string[] {
  let bytes = 0;
  return reader.list(reader.u16(), 0, Limits.MaxRunArguments, () => {
    const word = reader.text16(0, Limits.MaxRunArgumentBytes);
    bytes += utf8(word).length;
    if (bytes > Limits.MaxRunArgumentsBytes) reader.fail("Length");
    return word;
  });
}

export function writeArguments(writer: ByteWriter, words: readonly string[]): ByteWriter {
  writer.u16(words.length);
  for (const word of words) writer.text16(word);
  return writer;
}

function readFiles(reader: ByteReader): RunFile[] {
  let pathBytes = 0;
  return reader.list(reader.u16(), 0, Limits.MaxRunFiles, () => {
    const path = readPath(reader);
    pathBytes += utf8(path).length;
    if (pathBytes > Limits.MaxRunPathsBytes) reader.fail("Length");
    return { path, bytes: reader.b32(0, Limits.MaxRunOrderBytes) };
  });
}
