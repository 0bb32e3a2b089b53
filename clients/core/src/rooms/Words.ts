import { hash } from "../keys/Hash.ts";
import { idBytes, type MemberId, type RoomId } from "../wire/Ids.ts";
import type { Genesis } from "./Genesis.ts";
import type { Manifest } from "./Manifest.ts";
import { wordList } from "./WordList.ts";

export const WORD_COUNT = 6;
const BITS_PER_WORD = 11;

/** K11: six words that two people read to each other. Equal words: the same room, the same newest manifest. */
export function verificationWords(genesis: Genesis, newest: Pick<Manifest, "hash">): readonly string[] {
  return wordsOf(hash("words", genesis.bytes, newest.hash));
}

/** K13: six words of one member's key. Who hears them from that person, and reads the same, has the key that is theirs. */
export function memberWords(roomId: RoomId, memberId: MemberId): readonly string[] {
  return wordsOf(hash("member-words", idBytes(roomId), idBytes(memberId)));
}

function wordsOf(bits: Uint8Array): readonly string[] {
  const words = wordList.trim().split(/\s+/);
  return Array.from({ length: WORD_COUNT }, (_, i) => words[bitsAt(bits, i * BITS_PER_WORD, BITS_PER_WORD)]!);
}

function bitsAt(bytes: Uint8Array, from: number, count: number): number {
  let value = 0;
  for (let bit = from; bit < from + count; bit++) value = (value << 1) | ((bytes[bit >>> 3]! >>> (7 - (bit & 7))) & 1);
  return value;
}
