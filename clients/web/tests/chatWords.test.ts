import type { Person } from "@coterie/core";
import { expect, test } from "vitest";
import { dayOf } from "../src/room/chat/day.ts";
import { linesInText } from "../src/room/chat/linesInText.ts";
import { candidates, mentioningAt } from "../src/room/chat/mentioning.ts";

const files = new Map([
  ["main.ts", "1"],
  ["src/my notes.txt", "2"],
  ["notes.txt", "3"],
  ["12", "4"],
]);
const named = (text: string) =>
  linesInText(text, (path) => files.get(path)).flatMap(({ text: words, place }) => (place ? [[words, place]] : []));

test("a line of a file is found by the longest path that is one, wherever it stands, and nothing else is", () => {
  expect(named("see main.ts:12")).toEqual([["main.ts:12", { file: "1", line: 12, column: 1 }]]);
  expect(named("(main.ts:12:5), 'main.ts:3'").map(([words]) => words)).toEqual(["main.ts:12:5", "main.ts:3"]);
  expect(named("in src/my notes.txt:7!")).toEqual([["src/my notes.txt:7", { file: "2", line: 7, column: 1 }]]);
  expect(named("my notes.txt:7").map(([words]) => words)).toEqual(["notes.txt:7"]);
  for (const none of [
    "at 12:30",
    "other.ts:3",
    "main.ts:3x",
    "main.ts:1:2:3",
    "xmain.ts:3",
    "main.ts: 3",
    "http://a:80",
  ])
    expect(
      named(none).filter(([words]) => words !== "12:30"),
      none,
    ).toEqual([]);
});

test("whatever the text, its stretches are the text", () => {
  for (const text of [
    "",
    "a:1",
    "main.ts:1 main.ts:2\nmain.ts:3",
    `${"x ".repeat(5_000)}main.ts:1`,
    ":1:1:1:1",
    "main.ts:12",
  ])
    expect(
      linesInText(text, (path) => files.get(path))
        .map((stretch) => stretch.text)
        .join(""),
    ).toBe(text);
});

test("an @ at the beginning of a word is completed with what is typed up to the caret", () => {
  expect(mentioningAt("hi @bo there", 6)).toEqual({ at: 3, query: "bo" });
  expect(mentioningAt("@", 1)).toEqual({ at: 0, query: "" });
  expect(mentioningAt("@Ada Lo", 7)).toEqual({ at: 0, query: "Ada Lo" });
  expect(mentioningAt("mail a@b", 8)).toBeUndefined();
  expect(mentioningAt("@ada\nx", 6)).toBeUndefined();
  const person = (name: string, live = true, me = false) => ({ name, live, me, memberId: name }) as Person;
  const people = [person("Zoe", false), person("Ada Lovelace"), person("Me", true, true), person("Lou")];
  const names = (query: string) => candidates(people, query).map(({ name }) => name);
  expect(names("")).toEqual(["Ada Lovelace", "Lou", "Zoe"]);
  expect(names("lo")).toEqual(["Ada Lovelace", "Lou"]);
  expect(names("ada l")).toEqual(["Ada Lovelace"]);
  expect(names("ada look")).toEqual([]);
});

test("a day is called as people call it", () => {
  const noon = new Date(2026, 4, 10, 12).getTime();
  const day = 24 * 3_600_000;
  expect(dayOf(noon - 3_600_000, noon)).toBe("Today");
  expect(dayOf(noon - day, noon)).toBe("Yesterday");
  expect(dayOf(noon - 2 * day, noon)).toBe("Friday, May 8");
  expect(dayOf(noon - 365 * day, noon)).toMatch(/2025$/);
});
