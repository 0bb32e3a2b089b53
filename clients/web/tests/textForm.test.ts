import fc from "fast-check";
import { describe, expect, test } from "vitest";
import * as Y from "yjs";
import { type Eol, ended, endingDelta, endsCalled, fits, formOf, shownText } from "../src/editor/textForm.ts";

describe("the form of a text", () => {
  test.each([
    ["one line", "a", { eol: "\r\n", marked: false, even: true }],
    ["line feeds", "a\nb\n", { eol: "\n", marked: false, even: true }],
    ["pairs", "a\r\nb\r\n", { eol: "\r\n", marked: false, even: true }],
    ["pairs, most of them", "a\r\nb\nc\r\n", { eol: "\r\n", marked: false, even: false }],
    ["as many of each", "a\r\nb\n", { eol: "\n", marked: false, even: false }],
    ["an old Mac's", "a\rb\r", { eol: "\n", marked: false, even: false, returns: true }],
    ["doubled by two who evened it out at once", "a\r\r\nb\r\nc\r\n", { eol: "\r\n", marked: false, even: false }],
    ["a mark", "\ufeffa\r\nb", { eol: "\r\n", marked: true, even: true }],
  ] as const)("%s", (_, text, form) => {
    expect(formOf(text, "\r\n")).toEqual(form);
  });

  test("it is called what a person knows", () => {
    const called = (text: string) => endsCalled(formOf(text, "\n"));
    expect(["a", "a\n", "a\r\n", "a\r", "a\r\nb\n", "a\rb\n", "a\r\r\n"].map(called)).toEqual([
      ...["LF", "LF", "CRLF", "CR", "Mixed", "Mixed", "Mixed"],
    ]);
    expect(endsCalled({ ...formOf("a\r", "\n"), even: true })).toBe("LF"); // an edit has ended them alike
  });

  test("it is shown without its mark, and with its lines ended alike", () => {
    expect(shownText("\ufeffa\r\nb\rc\r\r\nd\ufeff", "\n")).toBe("a\nb\nc\nd\ufeff");
    expect(shownText("a\r\nb\rc\r\r\nd", "\r\n")).toBe("a\r\nb\r\nc\r\nd");
  });
});

const letters = fc.array(fc.constantFrom("a", "\r", "\n", "\r\n", "é"), { maxLength: 20 }).map((all) => all.join(""));
const eols = fc.constantFrom<Eol>("\n", "\r\n");

test("what ends lines alike makes any text even, deletes and inserts nothing but line ends, and changes an even one not at all", () => {
  fc.assert(
    fc.property(letters, eols, (content, eol) => {
      const text = new Y.Doc().getText("text");
      text.insert(0, content);
      const delta = endingDelta(content, eol);
      text.applyDelta(delta);
      expect(text.toString()).toBe(ended(content, eol));
      expect(formOf(text.toString(), eol)).toMatchObject({ eol, even: true });
      expect(endingDelta(text.toString(), eol)).toEqual([]);
      expect(delta.every(({ insert = "" }) => /^[\r\n]*$/.test(insert))).toBe(true);
    }),
  );
});

test("letters fit where the text stays even with them", () => {
  fc.assert(
    fc.property(letters, eols, (inserted, eol) => {
      expect(fits(inserted, eol)).toBe(ended(inserted, eol) === inserted);
    }),
  );
});
