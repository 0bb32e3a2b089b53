import { hash } from "../keys/Hash.ts";
import { isPoint, POINT_BYTES } from "../keys/Point.ts";
import { ByteReader } from "../wire/ByteReader.ts";
import { ByteWriter } from "../wire/ByteWriter.ts";
import { idOf, type RoomId } from "../wire/Ids.ts";
import type { Parsed } from "../wire/WireError.ts";

export const SUITE = 1;
export const GENESIS_BYTES = 147;
export const SALT_BYTES = 16;

/** Where a room begins: its first owner and its salt. The room id is its hash (K4). */
export interface Genesis {
  readonly bytes: Uint8Array;
  readonly roomId: RoomId;
  readonly ownerSignPub: Uint8Array;
  readonly ownerDhPub: Uint8Array;
  readonly salt: Uint8Array;
}

/** A point where the layout has one; "Point" where it is none of the curve. */
export function readPoint(reader: ByteReader): Uint8Array {
  const bytes = reader.bytes(POINT_BYTES);
  if (!reader.failed && !isPoint(bytes)) reader.fail("Point");
  return bytes;
}

/** The suite byte of everything but records, which J1 judges; "Suite" where it is not 1. */
export function readSuite(reader: ByteReader): void {
  const suite = reader.u8();
  if (!reader.failed && suite !== SUITE) reader.fail("Suite");
}

export function parseGenesis(bytes: Uint8Array): Parsed<Genesis> {
  const reader = new ByteReader(bytes);
  readSuite(reader);
  const ownerSignPub = readPoint(reader);
  const ownerDhPub = readPoint(reader);
  const salt = reader.bytes(SALT_BYTES);
  return reader.end() ?? { bytes, roomId: idOf<RoomId>(hash("room", bytes)), ownerSignPub, ownerDhPub, salt };
}

export function createGenesis(ownerSignPub: Uint8Array, ownerDhPub: Uint8Array, salt: Uint8Array): Genesis {
  const writer = new ByteWriter(GENESIS_BYTES).u8(SUITE).bytes(ownerSignPub).bytes(ownerDhPub).bytes(salt);
  const bytes = writer.done();
  return { bytes, roomId: idOf<RoomId>(hash("room", bytes)), ownerSignPub, ownerDhPub, salt };
}

/** M2: what version 0's `prevHash` is. */
export function genesisHash(genesis: Genesis): Uint8Array {
  return hash("genesis", genesis.bytes);
}
