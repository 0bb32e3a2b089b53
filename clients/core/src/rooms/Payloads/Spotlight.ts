import type { ByteReader } from "../../wire/ByteReader.ts";
import { ByteWriter } from "../../wire/ByteWriter.ts";
import { SignalKind } from "./SignalKind.ts";

/** Whether its author asks everyone to come along (P4). */
export interface Spotlight {
  readonly kind: typeof SignalKind.Spotlight;
  /** Which of its session's requests stands, from 1 on; 0: none. */
  readonly request: number;
}

/** Behind its kind. */
export function readSpotlight(reader: ByteReader): Spotlight {
  return { kind: SignalKind.Spotlight, request: reader.u32() };
}

export function encodeSpotlight(request: number): Uint8Array {
  return new ByteWriter().u8(SignalKind.Spotlight).u32(request).done();
}
