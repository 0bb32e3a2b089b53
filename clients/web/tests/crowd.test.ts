import { expect, test } from "vitest";
import { initialsOf, labelsOf, type Tagged } from "../src/editor/crowd.ts";

const people = (count: number): Tagged[] =>
  Array.from({ length: count }, (_, nth) => ({
    key: `${nth}`,
    name: `Ada ${nth} Berg`,
    colour: "#123456",
    typing: false,
  }));
const texts = (row: number, inView = row) => labelsOf(people(row), inView).map(({ text }) => text);

test("names stand in full while few are about", () => {
  expect(texts(1)).toEqual(["Ada 0 Berg"]);
  expect(texts(2, 10)).toEqual(["Ada 0 Berg", "Ada 1 Berg"]);
});

test("a crowded row, and a row of a crowded view, has initials", () => {
  expect(texts(3)).toEqual(["A0", "A1", "A2"]);
  expect(texts(1, 11)).toEqual(["A0"]);
  expect(texts(5)).toHaveLength(5);
});

test("of more than five in a row the last place says how many more there are, and never one alone", () => {
  expect(texts(6)).toEqual(["A0", "A1", "A2", "A3", "+2"]);
  expect(texts(50).at(-1)).toBe("+46");
  expect(labelsOf(people(50), 50).map(({ key }) => key)).toEqual(["0", "1", "2", "3", "more"]);
});

test("initials are the first letters of the first two words, whatever the script", () => {
  expect(["ada lovelace", "Bob", "Łukasz  Żak Nowak", "日本 太郎", "🙂 x"].map(initialsOf)).toEqual([
    "AL",
    "B",
    "ŁŻ",
    "日太",
    "🙂X",
  ]);
});
