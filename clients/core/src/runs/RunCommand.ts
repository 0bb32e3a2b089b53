import { Limits } from "../limits.ts";
import { ByteReader } from "../wire/ByteReader.ts";
import { ByteWriter } from "../wire/ByteWriter.ts";
import type { Parsed } from "../wire/WireError.ts";

/** What who holds a run's hand key may want of it (section 16). */
export type RunCommand =
  | { readonly kind: typeof RunCommandKind.Type; readonly bytes: Uint8Array }
  | ({ readonly kind: typeof RunCommandKind.Size } & TerminalSize)
  | { readonly kind: typeof RunCommandKind.Stop }
  | { readonly kind: typeof RunCommandKind.Lend; readonly key: Uint8Array };

export const RunCommandKind = {
  Type: 1,
  Size: 2,
  Stop: 3,
  /** Everyone in the room may type by this key; by no such key where it is empty. Counts under the hand key alone. */
  Lend: 4,
} as const;
export type RunCommandKind = (typeof RunCommandKind)[keyof typeof RunCommandKind];

/** Letters across and lines down, 1 to 1,000 each. */
export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

const MOST_LETTERS = 1_000;
const LENT_KEY_BYTES = 32;

export function parseRunCommand(bytes: Uint8Array): Parsed<RunCommand> {
  const reader = new ByteReader(bytes);
  const command = readCommand(reader, reader.kind(RunCommandKind.Type, RunCommandKind.Lend) as RunCommandKind);
  return reader.end() ?? command;
}

function readCommand(reader: ByteReader, kind: RunCommandKind): RunCommand {
  switch (kind) {
    case RunCommandKind.Size:
      return { kind, ...readSize(reader) };
    case RunCommandKind.Stop:
      return { kind };
    case RunCommandKind.Lend:
      return { kind, key: readLent(reader) };
    default:
      if (reader.remaining < 1 || reader.remaining > Limits.MaxRunTypedBytes) reader.fail("Length");
      return { kind: RunCommandKind.Type, bytes: reader.rest() };
  }
}

/** A key or nothing, also in a record. */
export function readLent(reader: ByteReader): Uint8Array {
  const key = reader.rest();
  if (key.length !== 0 && key.length !== LENT_KEY_BYTES) reader.fail("Length");
  return key;
}

/** Two numbers, also in an order. */
export function readSize(reader: ByteReader): TerminalSize {
  const size = { columns: reader.u16(), rows: reader.u16() };
  const fits = (side: number) => side >= 1 && side <= MOST_LETTERS;
  if (!fits(size.columns) || !fits(size.rows)) reader.fail("Value");
  return size;
}

export function encodeRunCommand(command: RunCommand): Uint8Array {
  const writer = new ByteWriter(16).u8(command.kind);
  if (command.kind === RunCommandKind.Type) writer.bytes(command.bytes);
  else if (command.kind === RunCommandKind.Size) writer.u16(command.columns).u16(command.rows);
  else if (command.kind === RunCommandKind.Lend) writer.bytes(command.key);
  return writer.done();
}
