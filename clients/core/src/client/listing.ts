import { sign } from "../keys/Signature.ts";
import { parseGenesis } from "../rooms/Genesis.ts";
import { concat, equal } from "../wire/Bytes.ts";
import { ByteWriter } from "../wire/ByteWriter.ts";
import { Code } from "../wire/Refusal.ts";
import { failed } from "../wire/WireError.ts";
import type { Keyring } from "./Keyring.ts";
import { RoomError } from "./RoomError.ts";

const SUITE = 1;

/** Whether this person made the room, or has its recovery file's key: the word of nobody else counts in a server's list (D1). */
export function mayList({ genesis, identity }: Keyring): boolean {
  const founding = parseGenesis(genesis);
  return !failed(founding) && equal(founding.ownerSignPub, identity.sign.publicPoint);
}

/** D1: the word that the room stands in its server's list under this name, or with an empty one does not. @throws RoomError */
export async function signListing(keyring: Keyring, name: string, time: number): Promise<Uint8Array<ArrayBuffer>> {
  if (!mayList(keyring)) throw new RoomError(Code.Forbidden, "Only who made the room can list it.");
  const word = new ByteWriter().u8(SUITE).bytes(keyring.genesis).u64(time).text16(name).done();
  return concat(word, await sign(keyring.identity.sign.privateKey, "listing", word)).slice();
}
