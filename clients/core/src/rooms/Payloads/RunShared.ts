import { readLent } from "../../runs/RunCommand.ts";
import { ByteReader } from "../../wire/ByteReader.ts";
import type { Parsed } from "../../wire/WireError.ts";
import { tooLarge } from "./Payload.ts";

/** The payload of a `shared` of class 9: from now on everyone in the room may type, or nobody else any more. */
export interface RunShared {
  /** As the server was told; empty: taken back. */
  readonly lentKey: Uint8Array;
}

export function parseRunShared(payload: Uint8Array): Parsed<RunShared> {
  if (tooLarge(payload)) return { error: "TooLarge" };
  const reader = new ByteReader(payload);
  const shared: RunShared = { lentKey: readLent(reader) };
  return reader.end() ?? shared;
}

export function encodeRunShared({ lentKey }: RunShared): Uint8Array {
  return lentKey.slice();
}
