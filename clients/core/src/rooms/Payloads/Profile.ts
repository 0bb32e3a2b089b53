import { Limits } from "../../limits.ts";
import { ByteReader } from "../../wire/ByteReader.ts";
import { ByteWriter } from "../../wire/ByteWriter.ts";
import type { Parsed } from "../../wire/WireError.ts";
import { tooLarge } from "./Payload.ts";

/** The payload of class 15: who a member says to be. The newest counts. */
export interface Profile {
  /** 1 to 200 bytes of UTF-8; isName says whether it may be shown (T9). */
  readonly name: string;
  /** Red, green, blue. */
  readonly colour: Uint8Array;
}

const COLOUR_BYTES = 3;

export function parseProfile(payload: Uint8Array): Parsed<Profile> {
  if (tooLarge(payload)) return { error: "TooLarge" };
  const reader = new ByteReader(payload);
  const profile: Profile = { name: reader.text16(1, Limits.MaxNameBytes), colour: reader.bytes(COLOUR_BYTES) };
  return reader.end() ?? profile;
}

export function encodeProfile(profile: Profile): Uint8Array {
  return new ByteWriter().text16(profile.name).bytes(profile.colour).done();
}
