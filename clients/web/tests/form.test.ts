import { expect, test } from "vitest";
import { OwnChoices } from "../src/editor/form/OwnChoices.ts";
import { settle } from "../src/editor/form/settle.ts";
import { tidying } from "../src/editor/form/tidy.ts";

const seen = { tabs: false, size: 4 };
const says = { choice: {}, asked: {}, seen, language: "typescript", wraps: false };

test("one's own choice decides, else .editorconfig, else the text", () => {
  expect(settle(says)).toMatchObject({
    indent: seen,
    tabWidth: 4,
    indentBy: "text",
    language: "typescript",
    wrap: false,
  });
  const asked = { indentStyle: "tab", tabWidth: 8, indentSize: 8, maxLineLength: 80 } as const;
  expect(settle({ ...says, asked })).toMatchObject({
    indent: { tabs: true, size: 8 },
    tabWidth: 8,
    indentBy: "editorconfig",
    ruler: 80,
  });
  expect(settle({ ...says, asked: { indentStyle: "tab" } }).indent).toEqual({ tabs: true, size: 4 });
  const mixed = { indentSize: 2, tabWidth: 8 };
  expect(settle({ ...says, asked: { ...mixed, indentStyle: "tab" } })).toMatchObject({
    indent: { tabs: true, size: 8 },
    tabWidth: 8,
  });
  expect(settle({ ...says, asked: { ...mixed, indentStyle: "space" } })).toMatchObject({
    indent: { tabs: false, size: 2 },
    tabWidth: 8,
  });
  expect(settle({ ...says, asked: { indentSize: 2 } }).indent).toEqual({ tabs: false, size: 2 });
  const choice = { indent: { tabs: false, size: 3 }, language: "go", wrap: true };
  expect(settle({ ...says, asked, choice })).toMatchObject({
    indent: choice.indent,
    tabWidth: 3,
    indentBy: "choice",
    language: "go",
    wrap: true,
    ruler: 80,
  });
});

test("choices are kept for the room, the last five hundred, and what nobody chose is none", () => {
  const kept = new Map<string, string>();
  Object.assign(globalThis, {
    localStorage: {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => kept.set(key, value),
    },
  });
  const choices = new OwnChoices("room");
  choices.choose("a", { wrap: true });
  choices.choose("a", { indent: { tabs: true, size: 8 } });
  choices.choose("b", { language: "go" });
  choices.choose("b", { language: undefined });
  const again = new OwnChoices("room");
  expect(again.of("a")).toEqual({ wrap: true, indent: { tabs: true, size: 8 } });
  expect([...again.all.get().keys()]).toEqual(["a"]);
  for (let nth = 0; nth < 600; nth++) again.choose(`f${nth}`, { wrap: false });
  expect(new OwnChoices("room").all.get().size).toBe(500);
  for (const odd of ["nonsense", "null", '{"a":{"wrap":7,"indent":{"tabs":true}}}']) {
    kept.set("coterie.choices.room", odd);
    expect(new OwnChoices("room").of("a")).toEqual({});
  }
});

const both = { trims: true, finalNewline: true };

test.each([
  ["nothing asked", ["a ", "b"], {}, []],
  ["ends of lines", ["a \t", "b", "  ", ""], both, [1, 3]],
  ["a line end at the end", ["a", "b"], both, ["2:2"]],
  ["both in the last line", ["a", "b  "], both, ["2:2"]],
  ["a last line of nothing but blanks", ["a", "  "], both, [2]],
  ["an empty text", [""], both, []],
] as const)("tidied: %s", (_, lines, asked, expected) => {
  const edits = tidying(lines, asked, new Set());
  expect(edits.map(({ line, column, text }) => (text === "" ? line : `${line}:${column}`))).toEqual(expected);
});

test("a line that somebody is in is left as it is", () => {
  expect(tidying(["a ", "b ", ""], both, new Set([2])).map(({ line }) => line)).toEqual([1]);
});
