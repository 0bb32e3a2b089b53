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

/** Bytes that are no update, by what is wrong with them. */
export const undecodable: [string, Uint8Array][] = [
  ["no bytes", new Uint8Array()],
  ["trailing bytes", Uint8Array.of(0, 0, 0)],
  ["a cut", compose([insert(1, 5, "hi", [1, 4])], []).slice(0, 5)],
  ["a Skip", compose([{ client: 1, clock: 5, items: [{ raw: [10, 1] }] }], [])],
  ["unknown content", compose([{ client: 1, clock: 5, items: [{ raw: [0x80 | 11, 1, 4, 1] }] }], [])],
  ["an unknown type", compose([{ client: 1, clock: 5, items: [{ raw: [0x80 | 7, 1, 4, 7] }] }], [])],
  ["an empty text", compose([insert(1, 5, "", [1, 4])], [])],
  ["text that is not UTF-8", compose([{ client: 1, clock: 5, items: [{ raw: [0x84, 1, 4, 1, 0xff] }] }], [])],
  ["an integer of nine bytes", Uint8Array.of(0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0, 0)],
  ["an integer above 2^53 - 1", Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f, 0)],
  ["a client twice", compose([insert(1, 5, "a", [1, 4]), insert(1, 6, "b", [1, 5])], [])],
  ["a client without structs", compose([{ client: 1, clock: 5, items: [] }], [])],
  ["an unknown parent kind", compose([{ client: 1, clock: 5, items: [{ raw: [4, 2, 1, 97, 1, 97] }] }], [])],
  ["JSON that is none", compose([{ client: 1, clock: 5, items: [{ raw: [0x85, 1, 4, 1, 123] }] }], [])],
  [
    "a document whose options are no object",
    compose([{ client: 1, clock: 5, items: [{ raw: [0x89, 1, 4, 1, 97, 126] }] }], []),
  ],
  [
    "values nested 100 deep",
    compose([{ client: 1, clock: 5, items: [{ raw: [0x88, 1, 4, 1, ...Array(100).fill([117, 1]).flat(), 126] }] }], []),
  ],
  ["an empty delete range", compose([], [{ client: 1, clock: 0, length: 0 }])],
];
