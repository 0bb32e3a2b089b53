import { sign } from "../keys/Signature.ts";
import { parseGenesis } from "../rooms/Genesis.ts";
import { concat, equal } from "../wire/Bytes.ts";
import { ByteWriter } from "../wire/ByteWriter.ts";
import { Code } from "../wire/Refusal.ts";
import { failed } from "../wire/WireError.ts";
import { checkName } from "./naming.ts";
import { RoomError } from "./RoomError.ts";
import type { RoomSync } from "./RoomSync.ts";

const SUITE = 1;

/** The word of who made the room on whether it stands in its server's list of rooms (D1). It only signs: nobody is told from here. */
export class Listing {
  readonly #sync: RoomSync;

  constructor(sync: RoomSync) {
    this.#sync = sync;
  }

  /** Whether this person made the room, or brought its recovery file: the word of nobody else counts. */
  get isMine(): boolean {
    const founding = parseGenesis(this.#sync.keyring.genesis);
    return !failed(founding) && equal(founding.ownerSignPub, this.#sync.keyring.identity.sign.publicPoint);
  }

  /** What to tell the server so that it lists the room under this name, or with an empty one no more. @throws RoomError */
  async sign(name: string): Promise<Uint8Array<ArrayBuffer>> {
    const { keyring, world } = this.#sync;
    if (name !== "") checkName(name);
    if (!this.isMine) throw new RoomError(Code.Forbidden, "Only who made the room can list it.");
    const word = new ByteWriter().u8(SUITE).bytes(keyring.genesis).u64(world.now()).text16(name).done();
    return concat(word, await sign(keyring.identity.sign.privateKey, "listing", word)).slice();
  }
}
