import { ByteReader } from "../../wire/ByteReader.ts";
import { Role } from "../../wire/Classes.ts";
import type { Parsed } from "../../wire/WireError.ts";
import { type Cleared, readCleared } from "./Cleared.ts";
import { type Highlights, readHighlights } from "./Highlights.ts";
import { tooLarge } from "./Payload.ts";
import { type Pulse, readPulse } from "./Pulse.ts";
import { SignalKind } from "./SignalKind.ts";
import { readSpotlight, type Spotlight } from "./Spotlight.ts";
import { readStates, type States } from "./States.ts";

/** The payload of class 6. */
export type Signal = Pulse | Spotlight | Highlights | Cleared | States;

export function parseSignal(payload: Uint8Array): Parsed<Signal> {
  if (tooLarge(payload)) return { error: "TooLarge" };
  const reader = new ByteReader(payload);
  const signal = readSignal(reader, reader.kind(SignalKind.Pulse, SignalKind.States) as SignalKind);
  return reader.end() ?? signal;
}

function readSignal(reader: ByteReader, kind: SignalKind): Signal {
  switch (kind) {
    case SignalKind.Spotlight:
      return readSpotlight(reader);
    case SignalKind.Highlights:
      return readHighlights(reader);
    case SignalKind.Cleared:
      return readCleared(reader);
    case SignalKind.States:
      return readStates(reader);
    default:
      return readPulse(reader);
  }
}

/** P3: what a signal says counts from these roles on; from others it is void by content. */
export function maySignal(kind: SignalKind, role: Role): boolean {
  if (kind === SignalKind.Pulse || kind === SignalKind.States) return true;
  return role >= (kind === SignalKind.Cleared ? Role.Owner : Role.Editor);
}
