import { EditState } from "../../src/rooms/Edit.ts";
import { compose, type Piece } from "./composeUpdate.ts";

export const ana = "aa".repeat(16);
export const bob = "bb".repeat(16);

/** A state in which client 1 of Ana has written 5 units and client 2 of Bob has written 3. */
export function begun(): EditState {
  const state = new EditState();
  state.restore(1, 5, ana);
  state.restore(2, 3, bob);
  return state;
}

export const insert = (client: number, clock: number, text: string, origin?: [number, number]): Piece => ({
  client,
  clock,
  items: [origin ? { text, origin } : { text }],
});

/** One struct of Ana's after what she has written. */
const raw = (...bytes: number[]): Uint8Array => compose([{ client: 1, clock: 5, items: [{ raw: bytes }] }], []);

/** The bytes of a text of fewer than 128 letters. */
const written = (text: string): number[] => [text.length, ...text.split("").map((letter) => letter.charCodeAt(0))];

/** Bytes that are no update, by what is wrong with them. */
export const undecodable: [string, Uint8Array][] = [
  ["no bytes", new Uint8Array()],
  ["trailing bytes", Uint8Array.of(0, 0, 0)],
  ["a cut", compose([insert(1, 5, "hi", [1, 4])], []).slice(0, 5)],
  ["unknown content", raw(0x80 | 11, 1, 4, 1)],
  ["an empty text", compose([insert(1, 5, "", [1, 4])], [])],
  ["a deletion of nothing", raw(0x81, 1, 4, 0)],
  ["text that is not UTF-8", raw(0x84, 1, 4, 1, 0xff)],
  ["an integer of nine bytes", Uint8Array.of(0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0, 0)],
  ["an integer above 2^53 - 1", Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f, 0)],
  ["a client twice", compose([insert(1, 5, "a", [1, 4]), insert(1, 6, "b", [1, 5])], [])],
  ["a client without structs", compose([{ client: 1, clock: 5, items: [] }], [])],
  ["an unknown parent kind", raw(4, 2, ...written("text"), ...written("a"))],
  ["an empty delete range", compose([], [{ client: 1, clock: 0, length: 0 }])],
];

/** Well-formed Yjs that is no text under the root `text`. */
export const foreign: [string, Uint8Array][] = [
  ["a Skip", raw(10, 1)],
  ["JSON", raw(0x82, 1, 4, 1, ...written("1"))],
  ["bytes", raw(0x83, 1, 4, 1, 7)],
  ["an embed", raw(0x85, 1, 4, ...written("{}"))],
  ["a format", raw(0x86, 1, 4, ...written("bold"), ...written("true"))],
  ["a nested type", raw(0x87, 1, 4, 1)],
  ["values", raw(0x88, 1, 4, 1, 126)],
  ["a document", raw(0x89, 1, 4, ...written("a"), 118, 0)],
  ["a text under another root", raw(4, 1, ...written("tex"), ...written("a"))],
  ["a text under a struct", compose([{ client: 1, clock: 5, items: [{ text: "a", parent: [1, 4] }] }], [])],
  ["an entry of a map", raw(0x24, 1, ...written("text"), ...written("key"), ...written("a"))],
  ["an entry of a map beside another", raw(0xa4, 1, 4, ...written("a"))],
];

/** What a file may hold, each after what Ana has written; with the clock that it leads to. */
export const textual: [string, Uint8Array, number][] = [
  ["text after what is there", compose([insert(1, 5, "hi", [1, 4])], []), 7],
  ["text that names the root", compose([insert(1, 5, "hi")], []), 7],
  ["text of a character of two units", compose([insert(1, 5, "\u{1f600}", [1, 4])], []), 7],
  ["what was typed and deleted at once", raw(0x81, 1, 4, 3), 8],
  ["what was forgotten", raw(0, 3), 8],
];
