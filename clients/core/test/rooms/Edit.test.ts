import { describe, expect, test } from "vitest";
import * as Y from "yjs";
import { Random } from "../../../../tests/support/Random.ts";
import { EditState } from "../../src/rooms/Edit.ts";
import { compose } from "./composeUpdate.ts";
import { mutate, session } from "./EditSession.ts";
import { ana, begun, bob, foreign, insert, textual, undecodable } from "./editCases.ts";

function rule(state: EditState, bytes: Uint8Array, member: string): string {
  const verdict = state.check(bytes, member);
  return "rule" in verdict ? verdict.rule : "ok";
}

/** What a client that is not ours may do to a file's document. */
const foreignOfYjs: [string, (doc: Y.Doc) => void][] = [
  ["a format", (doc) => doc.getText("text").format(0, 2, { bold: true })],
  ["text typed in bold", (doc) => doc.getText("text").insert(2, "x", { bold: true })],
  ["an embed", (doc) => doc.getText("text").insertEmbed(0, { image: "x" })],
  ["a type in the text", (doc) => doc.getText("text").insertEmbed(0, new Y.Map())],
  ["an attribute of the text", (doc) => doc.getText("text").setAttribute("language", "ts")],
  ["a map", (doc) => doc.getMap("map").set("key", 1)],
  ["a list", (doc) => doc.getArray("list").push([new Uint8Array(2)])],
  ["a text of another name", (doc) => doc.getText("other").insert(0, "x")],
  ["a document", (doc) => doc.getMap("map").set("key", new Y.Doc())],
];

describe("the edit pre-check", () => {
  test("E1 E2 E3 E4 E5 an edit within all bounds is accepted and advances its client's clock", () => {
    const state = begun();
    const effect = state.check(compose([insert(1, 5, "hi", [1, 4])], [{ client: 2, clock: 0, length: 3 }]), ana);
    expect(effect).toEqual({ clocks: new Map([[1, 7]]) });
    if ("clocks" in effect) state.advance(effect, ana);
    expect(state.clockOf(1)).toBe(7);
  });

  test.each(undecodable)("E1 %s is refused", (_, bytes) => {
    expect(rule(begun(), bytes, ana)).toBe("E1");
  });

  test.each(foreign)("E1 a file holds text and nothing else: %s is refused", (_, bytes) => {
    expect(rule(begun(), bytes, ana)).toBe("E1");
  });

  test.each(textual)("E1 %s is accepted", (_, bytes, clock) => {
    expect(begun().check(bytes, ana)).toEqual({ clocks: new Map([[1, clock]]) });
  });

  test.each(foreignOfYjs)("E1 what Yjs itself writes for %s is refused", (_, change) => {
    const doc = new Y.Doc();
    doc.getText("text").insert(0, "hello");
    const before = Y.encodeStateAsUpdate(doc);
    const updates: Uint8Array[] = [];
    doc.on("update", (update: Uint8Array) => updates.push(update));
    change(doc);
    const state = new EditState();
    const effect = state.check(before, ana);
    if ("clocks" in effect) state.advance(effect, ana);
    expect(rule(state, Y.mergeUpdates(updates), ana)).toBe("E1");
  });

  test.each([
    ["leaves a gap", 6],
    ["repeats what is there", 4],
  ])("E2 an edit that %s is refused", (_, clock) => {
    expect(rule(begun(), compose([insert(1, clock, "x", [1, 3])], []), ana)).toBe("E2");
  });

  test("E3 an origin or right origin outside the state is refused", () => {
    const outside: [number, number] = [2, 3];
    for (const item of [
      { text: "x", origin: outside },
      { text: "x", rightOrigin: outside },
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

const clocksOf = (doc: Y.Doc) =>
  new Map([...Y.decodeStateVector(Y.encodeStateVector(doc))].filter(([, clock]) => clock > 0));
const sorted = (map: ReadonlyMap<number, number>) => [...map].sort(([a], [b]) => a - b);

describe("random sessions against yjs", () => {
  test("E1 E2 E3 E4 E5 every honest edit passes in log order and the state's clocks equal yjs's", () => {
    const random = Random.printed();
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

  test("E1 E2 E3 E4 E5 a mutated edit is refused, or yjs applies it with nothing pending, only the claimed clocks moved, and nothing but text", () => {
    const random = Random.printed();
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
          const claims = new Map(state.claims.map(({ clientId, memberId }) => [clientId, memberId as string]));
          for (const client of effect.clocks.keys()) expect(claims.get(client) ?? member).toBe(member);
          expect([...doc.share.keys()]).toEqual(["text"]);
          expect(doc.getText("text").length).toBe(doc.getText("text").toString().length);
        }
        const effect = state.check(bytes, member);
        if ("clocks" in effect) state.advance(effect, member);
      });
    }
    expect(counts.refused).toBeGreaterThan(100);
    expect(counts.accepted).toBeGreaterThan(100);
  });
});
