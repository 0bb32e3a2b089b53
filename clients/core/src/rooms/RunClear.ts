import { ByteReader } from "../wire/ByteReader.ts";
import { ByteWriter } from "../wire/ByteWriter.ts";
import type { RunId } from "../wire/Ids.ts";
import type { Parsed } from "../wire/WireError.ts";

/** What a record of class 9 is (section 16). */
export const RunKind = {
  /** Its author wants the run to begin. */
  Request: 1,
  /** Everyone in the room may type in it from now on. */
  Shared: 2,
  /** It is over, and what it was. */
  Receipt: 3,
} as const;
export type RunKind = (typeof RunKind)[keyof typeof RunKind];

/** The clear part of class 9. */
export interface RunClear {
  readonly kind: RunKind;
  readonly run: RunId;
}

export function parseRunClear(clear: Uint8Array): Parsed<RunClear> {
  const reader = new ByteReader(clear);
  const kind = reader.u8();
  if (kind < RunKind.Request || kind > RunKind.Receipt) reader.fail("Value");
  const run = reader.id<RunId>();
  return reader.end() ?? { kind: kind as RunKind, run };
}

export function encodeRunClear({ kind, run }: RunClear): Uint8Array {
  return new ByteWriter().u8(kind).id(run).done();
}
