import { describe, expect, test } from "vitest";
import * as Y from "yjs";
import { Random } from "../../../../tests/support/Random.ts";
import { Drafts } from "../../src/client/Drafts.ts";
import { splitUpdate } from "../../src/client/splitUpdate.ts";
import { Limits } from "../../src/limits.ts";
import { EditState } from "../../src/rooms/Edit.ts";

const member = "aa".repeat(16);

/** Applies pieces one by one as a log would, each judged by E1–E5. */
function read(before: Y.Doc, state: EditState, pieces: readonly Uint8Array[]): Y.Doc {
  for (const piece of pieces) {
    const effect = state.check(piece, member);
    if ("rule" in effect) throw new Error(`${effect.rule}: ${effect.reason}`);
    state.advance(effect, member);
    Y.applyUpdate(before, piece);
  }
  return before;
}

/** The updates that a change to a document makes, after those that made the document. */
function changing(change: (text: Y.Text) => void): { base: Uint8Array; update: Uint8Array; text: string } {
  const doc = new Y.Doc();
  doc.clientID = 7;
  doc.getText("text").insert(0, "begin and end");
  const base = Y.encodeStateAsUpdate(doc);
  const updates: Uint8Array[] = [];
  doc.on("update", (update: Uint8Array) => updates.push(update));
  doc.transact(() => change(doc.getText("text")));
  return { base, update: Y.mergeUpdates(updates), text: doc.getText("text").toString() };
}

function lands(base: Uint8Array, update: Uint8Array): { text: string; pieces: Uint8Array[] } {
  const pieces = splitUpdate(update, Limits.MaxPayloadBytes);
  if (pieces === undefined) throw new Error("it could not be split");
  const doc = new Y.Doc();
  const state = new EditState();
  read(doc, state, [base, ...pieces]);
  for (const piece of pieces) expect(piece.length).toBeLessThanOrEqual(Limits.MaxPayloadBytes);
  expect(doc.store.pendingStructs).toBeNull();
  return { text: doc.getText("text").toString(), pieces };
}

describe("an edit larger than a record", () => {
  test.each(["a", "é", "€", "😀", "x😀"])(
    "E1 E2 E3 a paste of 1 MiB of %s arrives whole in pieces that fit",
    (unit) => {
      const paste = unit.repeat(Math.ceil(2 ** 20 / unit.length));
      const { base, update, text } = changing((into) => into.insert(6, paste));
      const landed = lands(base, update);
      expect(landed.text === text).toBe(true);
      expect(landed.pieces.length).toBeGreaterThan(8);
    },
  );

  test("E4 a replacement of much by much deletes after it inserts", () => {
    const { base, update, text } = changing((into) => {
      into.delete(0, into.length);
      into.insert(0, "new ".repeat(60_000));
    });
    expect(lands(base, update).text === text).toBe(true);
  });

  test("E1 E2 E3 E4 random large changes arrive whole", () => {
    const random = Random.printed();
    for (let run = 0; run < 10; run++) {
      const { base, update, text } = changing((into) => {
        for (let i = 0; i < 30; i++) {
          const at = random.below(into.length + 1);
          if (random.below(3) === 0) into.delete(at, Math.min(random.below(20_000), into.length - at));
          else into.insert(at, random.text(1 + random.below(20_000)));
        }
      });
      expect(lands(base, update).text === text).toBe(true);
    }
  });

  test("a single value that fits no record is not split", () => {
    const { update } = changing((into) => into.insertEmbed(0, { image: "x".repeat(Limits.MaxPayloadBytes) }));
    expect(splitUpdate(update, Limits.MaxPayloadBytes)).toBeUndefined();
  });

  test("E3 drafts of two Yjs client ids are sent apart, in the order they were typed", () => {
    const doc = new Y.Doc();
    const drafts = new Drafts();
    doc.on("update", (update: Uint8Array) => drafts.add(doc.clientID, update));
    doc.clientID = 5;
    doc.getText("text").insert(0, "old");
    doc.clientID = 900;
    doc.getText("text").insert(3, " new");
    doc.getText("text").insert(0, "> ");
    const payloads = drafts.payloads()!;
    expect(payloads).toHaveLength(2);
    const read_ = read(new Y.Doc(), new EditState(), payloads);
    expect(read_.getText("text").toString()).toBe("> old new");
  });
});
