import { idBytes, idOf, type RoomId } from "./Ids.ts";
import type { Parsed } from "./WireError.ts";

/** Room ids as people see them: Crockford's base32, lower case, 26 characters, the last two of their 130 bits zero (K8). */
const DIGITS = "0123456789abcdefghjkmnpqrstvwxyz";
const TEXT_LENGTH = 26;

export function roomIdText(roomId: RoomId): string {
  const bytes = idBytes(roomId);
  let text = "";
  let bits = 0;
  let held = 0;
  for (const byte of bytes) {
    bits = (bits << 8) | byte;
    held += 8;
    for (; held >= 5; held -= 5) text += DIGITS[(bits >>> (held - 5)) & 31];
    bits &= 31;
  }
  return text + DIGITS[(bits << (5 - held)) & 31];
}

/** The room id in this text; "Room" where it is none. Reads upper case, `o` as 0, `i` and `l` as 1. */
export function parseRoomId(text: string): Parsed<{ readonly roomId: RoomId }> {
  if (text.length !== TEXT_LENGTH || !/^[0-9A-Za-z]*$/.test(text)) return { error: "Room" };
  const bytes = new Uint8Array(17);
  const plain = text.toLowerCase().replaceAll("o", "0").replaceAll(/[il]/g, "1");
  let at = 0;
  for (const character of plain) {
    const digit = DIGITS.indexOf(character);
    if (digit < 0) return { error: "Room" };
    const shift = 11 - (at & 7);
    const index = at >>> 3;
    bytes[index]! |= (digit << shift) >>> 8;
    if (index < 16) bytes[index + 1]! |= (digit << shift) & 255;
    at += 5;
  }
  return bytes[16] === 0 ? { roomId: idOf<RoomId>(bytes) } : { error: "Room" };
}
