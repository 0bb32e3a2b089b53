import { ENC_BYTES } from "../../keys/Hpke.ts";
import { Limits } from "../../limits.ts";

import { RUN_HASH_BYTES } from "../../runs/RunEnded.ts";
import { RUN_KEY_BYTES, readArguments, readLanguage, readPath, writeArguments } from "../../runs/RunOrder.ts";
import { ByteReader } from "../../wire/ByteReader.ts";
import { ByteWriter } from "../../wire/ByteWriter.ts";
import { TAG_BYTES } from "../../wire/RecordView.ts";
import type { Parsed } from "../../wire/WireError.ts";
import { tooLarge } from "./Payload.ts";
import { type HashedFile, readHashed, writeHashed } from "./RunReceipt.ts";

/**
 * The payload of a request of class 9: what is about to be run, with what opens what it says for everyone in the room. Its author can write its
 * receipt from it, whatever page of theirs began it.
 */
export interface RunRequest {
  readonly runKey: Uint8Array;
  readonly language: string;
  readonly entry: string;
  readonly terminal: boolean;
  readonly arguments: readonly string[];
  /** H("run-input", input), 32 bytes. */
  readonly inputHash: Uint8Array;
  readonly files: readonly HashedFile[];
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
    arguments: readArguments(reader),
    inputHash: reader.bytes(RUN_HASH_BYTES),
    files: readHashed(reader),
    hands: reader.list(reader.u8(), 0, Limits.MaxOwners, () => reader.b16(HAND_BYTES, HAND_BYTES)),
  };
  return reader.end() ?? request;
}

export function encodeRunRequest(request: RunRequest): Uint8Array {
  const { runKey, language, entry, terminal, inputHash, files, hands } = request;
  const writer = new ByteWriter(1_024).bytes(runKey).text16(language).text16(entry).truth(terminal);
  writeHashed(writeArguments(writer, request.arguments).bytes(inputHash), files).u8(hands.length);
  for (const hand of hands) writer.b16(hand);
  return writer.done();
}
