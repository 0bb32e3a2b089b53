import { ENC_BYTES } from "../../keys/Hpke.ts";
import { Limits } from "../../limits.ts";

import { RUN_KEY_BYTES, readLanguage, readPath } from "../../runs/RunOrder.ts";
import { ByteReader } from "../../wire/ByteReader.ts";
import { ByteWriter } from "../../wire/ByteWriter.ts";
import { TAG_BYTES } from "../../wire/RecordView.ts";
import type { Parsed } from "../../wire/WireError.ts";
import { tooLarge } from "./Payload.ts";

/** The payload of a request of class 9: what is about to be run, with what opens what it says for everyone in the room. */
export interface RunRequest {
  readonly runKey: Uint8Array;
  readonly language: string;
  readonly entry: string;
  readonly terminal: boolean;
  /** The hand key, sealed to each owner in their order, and behind them to an author who is none, where there is room. */
  readonly hands: readonly Uint8Array[];
}

export const HAND_BYTES = ENC_BYTES + RUN_KEY_BYTES + TAG_BYTES;

export function parseRunRequest(payload: Uint8Array): Parsed<RunRequest> {
  if (tooLarge(payload)) return { error: "TooLarge" };
  const reader = new ByteReader(payload);
  const request: RunRequest = {
    runKey: reader.bytes(RUN_KEY_BYTES),
    language: readLanguage(reader),
    entry: readPath(reader),
    terminal: reader.truth(),
    hands: reader.list(reader.u8(), 0, Limits.MaxOwners, () => reader.b16(HAND_BYTES, HAND_BYTES)),
  };
  return reader.end() ?? request;
}

export function encodeRunRequest({ runKey, language, entry, terminal, hands }: RunRequest): Uint8Array {
  const writer = new ByteWriter().bytes(runKey).text16(language).text16(entry).truth(terminal).u8(hands.length);
  for (const hand of hands) writer.b16(hand);
  return writer.done();
}
