import { expect, test } from "vitest";
import { alike, allAlike } from "../../src/client/alike.ts";

type Seen = { name: string; line?: number };

test("a field that only one of two values has sets them apart, whichever is asked first", () => {
  const without: Seen = { name: "Ada" };
  const line: Seen = { name: "Ada", line: 3 };
  expect(alike(line, { ...line })).toBe(true);
  expect(alike(without, line)).toBe(false);
  expect(alike(line, without)).toBe(false);
  expect(alike(undefined, line)).toBe(false);
  expect(alike(line, undefined)).toBe(false);
  expect(alike(undefined, undefined)).toBe(true);
});

test("lists are alike only with as many values in the same order", () => {
  const some: Seen[] = [{ name: "Ada" }, { name: "Bob" }];
  expect(
    allAlike(
      some,
      some.map((each) => ({ ...each })),
    ),
  ).toBe(true);
  expect(allAlike(some, some.slice(1))).toBe(false);
  expect(allAlike(some.slice(0, 1), some)).toBe(false);
  expect(allAlike(some, [...some].reverse())).toBe(false);
});
