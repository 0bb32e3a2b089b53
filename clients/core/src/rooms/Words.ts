import { hash } from "../keys/Hash.ts";
import type { Genesis } from "./Genesis.ts";
import type { Manifest } from "./Manifest.ts";
import { wordList } from "./WordList.ts";

export const WORD_COUNT = 6;
const BITS_PER_WORD = 11;

/** K11: six words that two people read to each other. Equal words: the same room, the same newest manifest. */
export function verificationWords(genesis: Genesis, newest: Pick<Manifest, "hash">): readonly string[] {
  const words = wordList.trim().split(/\s+/);
  const bits = hash("words", genesis.bytes, newest.hash);
  return Array.from({ length: WORD_COUNT }, (_, i) => words[bitsAt(bits, i * BITS_PER_WORD, BITS_PER_WORD)]!);
}

function bitsAt(bytes: Uint8Array, from: number, count: number): number {
  let value = 0;
  for (let bit = from; bit < from + count; bit++) value = (value << 1) | ((bytes[bit >>> 3]! >>> (7 - (bit & 7))) & 1);
  return value;
}
