import { describe, expect, test } from "vitest";
import { editsOfDelta, shifted } from "../src/editor/offsets.ts";

describe("edits of a delta", () => {
  test("offsets are those of the old text, and a deletion with an insertion is one replacement", () => {
    expect(editsOfDelta([{ retain: 3 }, { insert: "ab" }, { retain: 2 }, { delete: 4 }, { insert: "c" }])).toEqual([
      { start: 3, end: 3, text: "ab" },
      { start: 5, end: 9, text: "c" },
    ]);
  });

  test("an embedded object, which no editor of ours writes, adds no text", () => {
    expect(editsOfDelta([{ insert: { image: 1 } }])).toEqual([{ start: 0, end: 0, text: "" }]);
  });
});

describe("an offset under edits", () => {
  test.each([
    ["an insertion before it pushes it", 5, [{ start: 2, end: 2, text: "abc" }], 8],
    ["an insertion at it goes behind it", 5, [{ start: 5, end: 5, text: "abc" }], 5],
    ["an insertion after it does nothing", 5, [{ start: 6, end: 6, text: "abc" }], 5],
    ["a deletion before it pulls it", 5, [{ start: 1, end: 3, text: "" }], 3],
    ["a deletion around it leaves it at the hole", 5, [{ start: 3, end: 9, text: "z" }], 3],
    [
      "several add up",
      9,
      [
        { start: 0, end: 0, text: "ab" },
        { start: 4, end: 6, text: "" },
      ],
      9,
    ],
  ])("%s", (_, offset, edits, expected) => {
    expect(shifted(offset, edits)).toBe(expected);
  });
});
