import { sign } from "../keys/Signature.ts";
import { concat, equal } from "../wire/Bytes.ts";
import type { ClientFrame } from "../wire/ClientFrame.ts";
import { idBytes } from "../wire/Ids.ts";
import { Code } from "../wire/Refusal.ts";
import { RoomError } from "./RoomError.ts";
import type { RoomSync } from "./RoomSync.ts";

/** An owner's order to erase the room, for the connection that stands (H5). @throws RoomError where this person is no owner or not connected. */
export async function orderToDestroy({ keyring, state, challenge }: RoomSync): Promise<ClientFrame> {
  const signPub = keyring.identity.sign.publicPoint;
  const owner = state.manifests.newest?.owners.findIndex((each) => equal(each.signPub, signPub)) ?? -1;
  if (owner < 0) throw new RoomError(Code.Forbidden, "Only an owner can destroy the room.");
  if (challenge === undefined) throw new RoomError(0, "You are not connected. Try again when the room is back.");
  const signed = concat(idBytes(keyring.roomId), challenge);
  const signature = await sign(keyring.identity.sign.privateKey, "destroy", signed);
  return { type: "destroy", owner, signature };
}
