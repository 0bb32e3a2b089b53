import { describe, expect, test } from "vitest";
import * as Y from "yjs";
import { Random } from "../../../../tests/support/Random.ts";
import { carriedOver, type Replacement } from "../../src/client/difference.ts";
import { copyOf, edits, textOf, typedIn } from "../../src/client/retyping.ts";
import { TEXT_ROOT } from "../../src/rooms/Digest.ts";

function written(text: string): Y.Doc {
  const doc = new Y.Doc();
  doc.getText(TEXT_ROOT).insert(0, text);
  return doc;
}

/** One who has the base and made these changes, each where it was named in the text as it stood then. */
function changed(base: Y.Doc, ...changes: (readonly [at: number, gone: number, text: string])[]): Y.Doc {
  const doc = copyOf(base);
  for (const [at, gone, text] of changes) {
    doc.getText(TEXT_ROOT).delete(at, gone);
    doc.getText(TEXT_ROOT).insert(at, text);
  }
  return doc;
}

function made(text: string, replacements: readonly Replacement[]): string {
  return replacements.reduceRight((to, { start, end, text }) => to.slice(0, start) + text + to.slice(end), text);
}

describe("what was typed beyond the log", () => {
  test("is found place by place, as it was typed", () => {
    const base = written("<2>\nb\nc\n");
    expect(edits(base, changed(base, [0, 0, "<1>"], [7, 1, ""], [9, 0, "d"]))).toEqual([
      { start: 0, end: 0, text: "<1>" },
      { start: 4, end: 5, text: "" },
      { start: 7, end: 7, text: "d" },
    ]);
    expect(edits(base, copyOf(base))).toEqual([]);
    expect(edits(new Y.Doc(), written("x"))).toEqual([{ start: 0, end: 0, text: "x" }]);
  });

  test("is one change of the text where the log has other letters under the same ids", () => {
    const [base, live] = [new Y.Doc(), new Y.Doc()];
    for (const [doc, text] of [[base, "theirs"] as const, [live, "ours"] as const]) {
      doc.clientID = 7;
      doc.getText(TEXT_ROOT).insert(0, text);
    }
    expect(made("theirs", edits(base, live))).toBe("ours");
  });

  test("typed again in the base merges with what others wrote meanwhile, however often and wherever anybody typed", () => {
    const random = Random.printed();
    for (let run = 0; run < 100; run++) {
      const base = written(random.text(random.below(30)));
      const people = [1, 2, 3].map((client) => {
        const doc = copyOf(base);
        const text = doc.getText(TEXT_ROOT);
        const marks: string[] = [];
        for (let i = random.below(5); i > 0; i--) {
          marks.push(`<${client}${i}>`);
          // at a place where no mark is torn
          const places = [...text.toString().matchAll(/(?<![<\d])/gu)].map(({ index }) => index);
          text.insert(random.pick(places), marks.at(-1)!);
        }
        return { marks, again: typedIn(base, edits(base, doc), 100 + client), typed: textOf(doc) };
      });
      const log = copyOf(base);
      for (const { again, typed } of people) {
        const alone = copyOf(base);
        for (const doc of [alone, log]) if (again !== undefined) Y.applyUpdate(doc, again);
        expect(textOf(alone)).toBe(typed);
      }
      const expected = people.flatMap(({ marks }) => marks).sort();
      expect(textOf(log).match(/<\d+>/g)?.sort() ?? []).toEqual(expected);
      expect(textOf(log).replaceAll(/<\d+>/g, "")).toBe(textOf(base));
    }
  });
});

describe("edits of a text that came to differ", () => {
  const from = "one two three";
  const mine = [
    { start: 4, end: 7, text: "2" },
    { start: 13, end: 13, text: " four" },
  ];

  test("land where they were meant", () => {
    const to = "zero one two three";
    expect(made(to, carriedOver(mine, from, to))).toBe("zero one 2 three four");
    expect(made("one two 3", carriedOver(mine, from, "one two 3"))).toBe("one 2 3 four");
    expect(made(from, carriedOver(mine, from, from))).toBe("one 2 three four");
  });

  test("are not made twice where one of them, or its beginning, is there already", () => {
    for (const to of ["one 2 three", "one two three four", "one two three fo"])
      expect(made(to, carriedOver(mine, from, to)), to).toBe("one 2 three four");
    const doubled = [{ start: 1, end: 1, text: "hello" }];
    expect(made("xhehello", carriedOver(doubled, "xhello", "xhehello"))).toBe("xhellohello");
  });

  test("lose nothing that either wrote, where both changed one place", () => {
    const random = Random.printed();
    for (let run = 0; run < 500; run++) {
      const base = random.text(random.below(12));
      const start = random.below(base.length + 1);
      const edit = { start, end: start + random.below(base.length - start + 1), text: random.text(random.below(4)) };
      const theirs = "ABCD".slice(random.below(4));
      const at = random.below(base.length + 1);
      const to = base.slice(0, at) + theirs + base.slice(at + random.below(base.length - at + 1));
      const merged = made(to, carriedOver([edit], base, to));
      expect(merged).toContain(edit.text);
      for (const letter of theirs) expect(merged).toContain(letter);
    }
  });
});
