import { describe, expect, test } from "vitest";
import * as Y from "yjs";
import { EditState } from "../../src/rooms/Edit.ts";
import { Random } from "../random.ts";
import { compose, type Piece } from "./composeUpdate.ts";

const ana = "aa".repeat(16);
const bob = "bb".repeat(16);

/** A state in which client 1 of Ana has written 5 units and client 2 of Bob has written 3. */
function begun(): EditState {
  const state = new EditState();
  state.restore(1, 5, ana);
  state.restore(2, 3, bob);
  return state;
}

const insert = (client: number, clock: number, text: string, origin?: [number, number]): Piece => ({
  client,
  clock,
  items: [origin ? { text, origin } : { text }],
});

function rule(state: EditState, bytes: Uint8Array, member: string): string {
  const verdict = state.check(bytes, member);
  return "rule" in verdict ? verdict.rule : "ok";
}

describe("the edit pre-check", () => {
  test("E1 E2 E3 E4 E5 an edit within all bounds is accepted and advances its client's clock", () => {
    const state = begun();
    const effect = state.check(compose([insert(1, 5, "hi", [1, 4])], [{ client: 2, clock: 0, length: 3 }]), ana);
    expect(effect).toEqual({ clocks: new Map([[1, 7]]) });
    if ("clocks" in effect) state.advance(effect, ana);
    expect(state.clockOf(1)).toBe(7);
  });

  test.each<[string, Uint8Array]>([
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
      compose(
        [{ client: 1, clock: 5, items: [{ raw: [0x88, 1, 4, 1, ...Array(100).fill([117, 1]).flat(), 126] }] }],
        [],
      ),
    ],
    ["an empty delete range", compose([], [{ client: 1, clock: 0, length: 0 }])],
  ])("E1 %s is refused", (_, bytes) => {
    expect(rule(begun(), bytes, ana)).toBe("E1");
  });

  test.each([
    ["leaves a gap", 6],
    ["repeats what is there", 4],
  ])("E2 an edit that %s is refused", (_, clock) => {
    expect(rule(begun(), compose([insert(1, clock, "x", [1, 3])], []), ana)).toBe("E2");
  });

  test("E3 an origin, right origin or parent outside the state is refused", () => {
    const outside: [number, number] = [2, 3];
    for (const item of [
      { text: "x", origin: outside },
      { text: "x", rightOrigin: outside },
      { text: "x", parent: outside },
      { text: "x", origin: [1, 5] as [number, number] },
    ])
      expect(rule(begun(), compose([{ client: 1, clock: 5, items: [item] }], []), ana)).toBe("E3");
  });

  test("E3 structs earlier in the same edit count as there", () => {
    const items = [
      { text: "ab", origin: [1, 4] as [number, number] },
      { text: "c", origin: [1, 6] as [number, number] },
    ];
    expect(rule(begun(), compose([{ client: 1, clock: 5, items }], []), ana)).toBe("ok");
  });

  test("E4 a delete range may reach the end of the state after the edit, and no further", () => {
    const edit = (length: number) => compose([insert(1, 5, "hi", [1, 4])], [{ client: 1, clock: 4, length }]);
    expect(rule(begun(), edit(3), ana)).toBe("ok");
    expect(rule(begun(), edit(4), ana)).toBe("E4");
  });

  test("E5 nobody writes under another member's client id, and the first to write claims an id", () => {
    const state = begun();
    expect(rule(state, compose([insert(1, 5, "x", [1, 4])], []), bob)).toBe("E5");
    const fresh = compose([insert(9, 0, "x", [1, 4])], []);
    const effect = state.check(fresh, bob);
    if ("clocks" in effect) state.advance(effect, bob);
    expect(rule(state, compose([insert(9, 1, "y", [9, 0])], []), ana)).toBe("E5");
    expect(rule(state, compose([insert(9, 1, "y", [9, 0])], []), bob)).toBe("ok");
  });
});

/** One author of a random session: a replica that has seen a prefix of the log and its own edits. */
interface Author {
  readonly doc: Y.Doc;
  readonly member: string;
  seen: number;
  readonly outbox: Uint8Array[];
}

function edit(doc: Y.Doc, random: Random): void {
  const text = doc.getText("text");
  doc.transact(() => {
    for (let i = random.below(3); i >= 0; i--) {
      const at = random.below(text.length + 1);
      const kind = random.below(20);
      if (kind < 11) text.insert(at, random.text(1 + random.below(6)));
      else if (kind < 16 && text.length > at) text.delete(at, Math.min(text.length - at, 1 + random.below(4)));
      else if (kind === 16) doc.getMap("map").set(random.pick(["a", "b"]), [random.next(), null, { x: "y" }]);
      else if (kind === 17) doc.getArray("list").push([new Y.Map([["k", random.below(9)]]), new Uint8Array(2)]);
      else if (kind === 18) text.insertEmbed(at, { image: "x" });
      else if (text.length > at) text.format(at, 1, { bold: true });
    }
  });
}

/** Runs a random session; hands each edit, in log order, with the log's replica before it, to `visit`. */
function session(
  random: Random,
  edits: number,
  visit: (bytes: Uint8Array, member: string, before: Y.Doc) => void,
): void {
  const log: { bytes: Uint8Array; from: Author }[] = [];
  const authors = [ana, bob, ana, "cc".repeat(16)].map((member): Author => {
    const author: Author = { doc: new Y.Doc(), member, seen: 0, outbox: [] };
    author.doc.clientID = 1 + random.below(2 ** 32 - 1);
    author.doc.on("update", (bytes: Uint8Array, origin: unknown) => origin === "log" || author.outbox.push(bytes));
    return author;
  });
  const replica = new Y.Doc();
  while (log.length < edits) {
    const author = random.pick(authors);
    const move = random.below(3);
    if (move === 0) edit(author.doc, random);
    else if (move === 1)
      for (const bytes of author.outbox.splice(0, 1 + random.below(3))) {
        visit(bytes, author.member, replica);
        Y.applyUpdate(replica, bytes);
        log.push({ bytes, from: author });
      }
    else
      for (let take = random.below(6); take > 0 && author.seen < log.length; take--) {
        const entry = log[author.seen++]!;
        if (entry.from !== author) Y.applyUpdate(author.doc, entry.bytes, "log");
      }
  }
}

function mutate(bytes: Uint8Array, random: Random): Uint8Array {
  const mutant = [...bytes];
  for (let i = random.below(3); i >= 0; i--) {
    const at = random.below(mutant.length);
    const kind = random.below(4);
    if (kind === 0) mutant[at] = random.below(256);
    else if (kind === 1) mutant[at] = (mutant[at]! + random.pick([-1, 1])) & 0xff;
    else if (kind === 2) mutant.splice(at, 1);
    else mutant.splice(at, 0, random.below(256));
  }
  return Uint8Array.from(mutant);
}

const clocksOf = (doc: Y.Doc) =>
  new Map([...Y.decodeStateVector(Y.encodeStateVector(doc))].filter(([, clock]) => clock > 0));
const sorted = (map: ReadonlyMap<number, number>) => [...map].sort(([a], [b]) => a - b);

describe("random sessions against yjs", () => {
  test("E1 E2 E3 E4 E5 every honest edit passes in log order and the state's clocks equal yjs's", () => {
    const random = new Random();
    for (let run = 0; run < 20; run++) {
      const state = new EditState();
      session(random, 100, (bytes, member, before) => {
        const effect = state.check(bytes, member);
        if ("rule" in effect) throw new Error(`${effect.rule}: ${effect.reason}`);
        expect(sorted(state.clocks)).toEqual(sorted(clocksOf(before)));
        state.advance(effect, member);
      });
    }
  });

  test("E1 E2 E3 E4 E5 a mutated edit is refused, or yjs applies it with nothing pending and only the claimed clocks moved", () => {
    const random = new Random();
    const counts = { refused: 0, accepted: 0 };
    for (let run = 0; run < 20; run++) {
      const state = new EditState();
      session(random, 40, (bytes, member, before) => {
        const copy = Y.encodeStateAsUpdate(before);
        for (let i = 0; i < 20; i++) {
          const mutant = mutate(bytes, random);
          const effect = state.check(mutant, member);
          if ("rule" in effect) {
            counts.refused++;
            continue;
          }
          counts.accepted++;
          const doc = new Y.Doc();
          Y.applyUpdate(doc, copy);
          Y.applyUpdate(doc, mutant);
          expect(doc.store.pendingStructs).toBeNull();
          expect(doc.store.pendingDs).toBeNull();
          expect(sorted(clocksOf(doc))).toEqual(sorted(new Map([...state.clocks, ...effect.clocks])));
          for (const client of effect.clocks.keys()) expect(state.claims.get(client) ?? member).toBe(member);
        }
        const effect = state.check(bytes, member);
        if ("clocks" in effect) state.advance(effect, member);
      });
    }
    expect(counts.refused).toBeGreaterThan(100);
    expect(counts.accepted).toBeGreaterThan(100);
  });
});
