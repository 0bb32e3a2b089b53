import { expect, test } from "vitest";
import { partLength, partsOf } from "../src/editor/large.ts";

test("a long text is cut behind lines, a long line anywhere but in a letter, and nothing is lost or twice", () => {
  const lines = "0123456789abcde\n".repeat(200_000);
  const parts = partsOf(`${lines}the end`);
  expect(parts.map(({ line }) => line)).toEqual([1, 62_501, 125_001, 187_501]);
  expect(parts.at(-1)!.end).toBe(lines.length + 7);
  for (const [nth, { start }] of parts.entries()) expect(start).toBe(nth === 0 ? 0 : parts[nth - 1]!.end);
  const letters = `a${"𝔘".repeat(partLength)}`;
  const cut = partsOf(letters);
  expect(
    cut.map(({ start }) => letters.charCodeAt(start) >= 0xdc00 && letters.charCodeAt(start) < 0xe000),
  ).not.toContain(true);
  expect(cut.map(({ start, end }) => letters.slice(start, end)).join("")).toBe(letters);
  expect(partsOf("")).toEqual([{ start: 0, end: 0, line: 1 }]);
});
