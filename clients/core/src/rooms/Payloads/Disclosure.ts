import { Limits } from "../../limits.ts";
import { ByteReader } from "../../wire/ByteReader.ts";
import { ByteWriter } from "../../wire/ByteWriter.ts";
import type { RunId } from "../../wire/Ids.ts";
import type { Parsed } from "../../wire/WireError.ts";
import { tooLarge } from "./Payload.ts";

/** The payload of class 8: what its author lets somebody outside the room read (X9). */
export interface Disclosure {
  readonly kind: typeof DisclosureKind.Run;
  readonly run: RunId;
  readonly files: number;
  readonly bytes: number;
  /** The origin of the server that reads them. */
  readonly to: string;
}

export const DisclosureKind = { Run: 1 } as const;

export function parseDisclosure(payload: Uint8Array): Parsed<Disclosure> {
  if (tooLarge(payload)) return { error: "TooLarge" };
  const reader = new ByteReader(payload);
  const disclosure: Disclosure = {
    kind: reader.kind(DisclosureKind.Run, DisclosureKind.Run) as typeof DisclosureKind.Run,
    run: reader.id(),
    files: reader.u16(),
    bytes: reader.u64(),
    to: reader.text16(1, Limits.MaxNameBytes),
  };
  return reader.end() ?? disclosure;
}

export function encodeDisclosure({ kind, run, files, bytes, to }: Disclosure): Uint8Array {
  return new ByteWriter().u8(kind).id(run).u16(files).u64(bytes).text16(to).done();
}
