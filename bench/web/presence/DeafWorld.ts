import { RecordClass, type Socket } from "@coterie/core";
import { NodeWorld } from "../../../tests/support/NodeWorld.ts";
import { tapped } from "../../../tests/support/tapped.ts";

const RELAY = 9;
const LENGTH_BYTES = 4;

/** The world of a member who never reads where the others are. */
export class DeafWorld extends NodeWorld {
  override connect(url: string): Socket {
    return tapped(super.connect(url), (bytes, handOn) => {
      const heard = withoutPresence(bytes);
      if (heard.length > 0) handOn(heard);
    });
  }
}

/** A message is frames `length u32 | type u8 | body`; of a relayed record the second byte is its class. */
function withoutPresence(message: Uint8Array): Uint8Array {
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
  const kept: Uint8Array[] = [];
  for (let at = 0; at + LENGTH_BYTES < message.length; ) {
    const end = at + LENGTH_BYTES + view.getUint32(at);
    const presence = message[at + LENGTH_BYTES] === RELAY && message[at + LENGTH_BYTES + 2] === RecordClass.Presence;
    if (!presence) kept.push(message.subarray(at, end));
    at = end;
  }
  return new Uint8Array(Buffer.concat(kept));
}
