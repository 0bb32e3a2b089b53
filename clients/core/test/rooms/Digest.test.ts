import { describe, expect, test } from "vitest";
import * as Y from "yjs";
import { Random } from "../../../../tests/support/Random.ts";
import { hash } from "../../src/keys/Hash.ts";
import { digestOf } from "../../src/rooms/Digest.ts";
import { fromHex, toHex, utf8 } from "../../src/wire/Bytes.ts";

function documentOf(client: number, gc = true): Y.Doc {
  const doc = new Y.Doc({ gc });
  doc.clientID = client;
  return doc;
}

function text(doc: Y.Doc): Y.Text {
  return doc.getText("text");
}

async function digest(doc: Y.Doc): Promise<string> {
  return toHex(await digestOf(doc));
}

/** What several people wrote at once into one file, as the single edits of it, each with what it needs before it. */
function history(random: Random, people: number, edits: number): Uint8Array[] {
  const docs = Array.from({ length: people }, (_, i) => documentOf(i + 1));
  const updates: Uint8Array[] = [];
  for (const doc of docs) doc.on("update", (update: Uint8Array) => updates.push(update));
  for (let i = 0; i < edits; i++) {
    const doc = random.pick(docs);
    if (random.below(4) === 0) for (const update of [...updates]) Y.applyUpdate(doc, update);
    const shown = text(doc).toString();
    const at = random.below(shown.length + 1);
    if (random.below(3) > 0) text(doc).insert(at, random.text(1 + random.below(8)));
    else text(doc).delete(at, random.below(shown.length - at + 1));
  }
  return updates;
}

function replay(updates: readonly Uint8Array[], gc: boolean): Y.Doc {
  const doc = documentOf(99, gc);
  for (const update of updates) Y.applyUpdate(doc, update);
  return doc;
}

describe("the digest of a file", () => {
  test("N2 it is the hash of state vector, delete set and text, laid out to the byte", async () => {
    const doc = documentOf(7);
    text(doc).insert(0, "héllo");
    text(doc).delete(1, 2);
    const other = documentOf(0x1_0000_0003);
    Y.applyUpdate(other, Y.encodeStateAsUpdate(doc));
    text(other).insert(3, "😀");

    const stateVector = "00000002 0000000000000007 0000000000000005 0000000100000003 0000000000000002";
    const deleteSet = "00000001 0000000000000007 00000001 0000000000000001 0000000000000002";
    const roots = `00000001 0004 ${toHex(utf8("text"))} 00000007 ${toHex(utf8("hlo😀"))}`;
    const bytes = fromHex(`${stateVector}${deleteSet}${roots}`.replaceAll(" ", ""))!;
    expect(await digest(other)).toBe(toHex(hash("digest", bytes)));
  });

  test("N2 a file that nobody opened and one opened and left empty have the same digest", async () => {
    const opened = documentOf(1);
    text(opened);
    expect(await digest(documentOf(2))).toBe(await digest(opened));
  });

  test("N2 the same history in any order, forgotten deletes or not, has one digest", async () => {
    const random = Random.printed();
    const updates = history(random, 4, 120);
    const expected = await digest(replay(updates, true));
    for (let i = 0; i < 5; i++) {
      const shuffled = [...updates].sort(() => random.next() - 0.5);
      expect(await digest(replay(shuffled, i % 2 === 0))).toBe(expected);
    }
    const kept = replay([Y.mergeUpdates(updates)], false);
    expect(await digest(kept)).toBe(expected);
    expect(await digest(replay([Y.encodeStateAsUpdate(kept)], true))).toBe(expected);
  });

  test("N2 one letter more, or one delete more, is another digest", async () => {
    const updates = history(Random.printed(), 3, 40);
    const expected = await digest(replay(updates, true));
    const letter = replay(updates, true);
    text(letter).insert(0, "a");
    expect(await digest(letter)).not.toBe(expected);
    text(letter).delete(0, 1);
    expect(text(letter).toString()).toBe(text(replay(updates, true)).toString());
    expect(await digest(letter)).not.toBe(expected);
  });

  test("N2 another letter at the same place by the same hand is another digest", async () => {
    const digests = ["a", "b"].map(async (letter) => {
      const doc = documentOf(1);
      text(doc).insert(0, letter);
      return await digest(doc);
    });
    expect(await digests[0]).not.toBe(await digests[1]);
  });

  test("N2 the same text deleted elsewhere is another digest", async () => {
    const digests = [0, 1].map(async (at) => {
      const doc = documentOf(1);
      text(doc).insert(0, "aa");
      text(doc).delete(at, 1);
      return await digest(doc);
    });
    expect(await digests[0]).not.toBe(await digests[1]);
  });
});
