import { RUN_KEY_BYTES } from "../../runs/RunOrder.ts";
import { ByteReader } from "../../wire/ByteReader.ts";
import type { Parsed } from "../../wire/WireError.ts";
import { tooLarge } from "./Payload.ts";

/** The payload of a `shared` of class 9: from now on everyone in the room may type. */
export interface RunShared {
  readonly handKey: Uint8Array;
}

export function parseRunShared(payload: Uint8Array): Parsed<RunShared> {
  if (tooLarge(payload)) return { error: "TooLarge" };
  const reader = new ByteReader(payload);
  const shared: RunShared = { handKey: reader.bytes(RUN_KEY_BYTES) };
  return reader.end() ?? shared;
}

export function encodeRunShared({ handKey }: RunShared): Uint8Array {
  return handKey.slice();
}
