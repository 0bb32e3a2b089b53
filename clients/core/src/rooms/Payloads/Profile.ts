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
  /** What they say they are here with; a number that is none of ClientKind is a browser. */
  readonly client: number;
}

export const ClientKind = { Browser: 0, Terminal: 1, Editor: 2, Agent: 3 } as const;
export type ClientKind = (typeof ClientKind)[keyof typeof ClientKind];

const COLOUR_BYTES = 3;

export function parseProfile(payload: Uint8Array): Parsed<Profile> {
  if (tooLarge(payload)) return { error: "TooLarge" };
  const reader = new ByteReader(payload);
  const profile: Profile = {
    name: reader.text16(1, Limits.MaxNameBytes),
    colour: reader.bytes(COLOUR_BYTES),
    client: reader.remaining > 0 ? reader.u8() : ClientKind.Browser,
  };
  return reader.end() ?? profile;
}

export function encodeProfile(profile: Profile): Uint8Array {
  const writer = new ByteWriter().text16(profile.name).bytes(profile.colour);
  return (profile.client === ClientKind.Browser ? writer : writer.u8(profile.client)).done();
}
