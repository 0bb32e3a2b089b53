import { expect, test } from "vitest";
import { pathFilter } from "../src/room/search/globs.ts";
import { compile, hitsIn, type Query, replaced } from "../src/room/search/query.ts";

const plain: Query = { text: "", regex: false, matchCase: false, wholeWord: false, replacement: undefined };

function found(text: string, wish: Partial<Query>, most = 100) {
  const query = { ...plain, ...wish };
  const expression = compile(query);
  if (typeof expression === "string") throw new Error(expression);
  return hitsIn(text, expression, query, most);
}

const lines = (text: string, wish: Partial<Query>) => found(text, wish).map(({ line, column }) => `${line}:${column}`);

test("letters are found as they are typed, whatever they mean in an expression, with line and column", () => {
  expect(lines("a.b\r\nxa.ba.b\n\n(a.b", { text: "a.b" })).toEqual(["1:1", "2:2", "2:5", "4:2"]);
  expect(lines("A.B", { text: "a.b", matchCase: true })).toEqual([]);
  for (const odd of ["(", "[", "\\", "*", "$", "^", "/", "{1}", "-", "|"])
    expect(lines(`x${odd}y`, { text: odd })).toEqual(["1:2"]);
  expect(lines("👩‍🚀 été ÉTÉ", { text: "été" })).toEqual(["1:7", "1:11"]);
});

test("whole words are bounded by what is no letter, digit or underscore of any script", () => {
  expect(lines("cat cats _cat été cat", { text: "cat", wholeWord: true })).toEqual(["1:1", "1:19"]);
  expect(lines("été étés", { text: "été", wholeWord: true })).toEqual(["1:1"]);
});

test("expressions know lines, and find also what has no letter, such as where a line begins", () => {
  expect(lines("ab\nb\n", { text: "^b", regex: true })).toEqual(["2:1"]);
  expect(lines("aX\n👩", { text: "x*", regex: true })).toEqual(["1:1", "1:2", "1:3", "2:1", "2:3"]);
  expect(lines("a\r\nb\r\n", { text: "^", regex: true })).toEqual(["1:1", "2:1", "3:1"]);
  expect(lines("a\r\nb\n\nc", { text: "$", regex: true })).toEqual(["1:2", "2:2", "3:1", "4:2"]);
  expect(lines("", { text: "^", regex: true })).toEqual(["1:1"]);
  expect(lines("a\nb\na\nb", { text: "a\\nb", regex: true })).toEqual(["1:1", "3:1"]);
  for (const query of [{}, { matchCase: true }, { wholeWord: true }])
    expect(compile({ ...plain, ...query, text: "(?=a/: b", regex: true })).toBe(
      "This is no regular expression: Unterminated group",
    );
});

test("no more than asked for are given, and each knows the piece of its line that is shown", () => {
  expect(found("aaaaaa", { text: "a" }, 3)).toHaveLength(3);
  const long = `${"x".repeat(500)}needle${"y".repeat(500)}`;
  const [hit] = found(long, { text: "needle" });
  expect(hit!.near.slice(hit!.from, hit!.to)).toBe("needle");
  expect(hit!.near.length).toBeLessThan(300);
  const [deep] = found("          indented();", { text: "indented" });
  expect(deep!.near).toBe("indented();");
  expect(found("class Tower { void total() {} }", { text: "total" })[0]!.near).toBe("…Tower { void total() {} }");
  const [two] = found("one two\nthree", { text: "two\\nthree", regex: true });
  expect(two!.near.slice(two!.from, two!.to)).toBe("two");
});

test("what is put in is taken as it is typed, or with the groups of an expression", () => {
  const becomes = (text: string, wish: Partial<Query>) => replaced(text, found(text, wish));
  expect(becomes("a.b a.b", { text: "a.b", replacement: "$1$&\\n" })).toBe("$1$&\\n $1$&\\n");
  const swap = { text: "(\\w+)=(?<v>\\w+)", regex: true };
  expect(becomes("k=v", { ...swap, replacement: "$2=$1 $$ $& $<v> $9 $0" })).toBe("v=k $ k=v v $9 $0");
  expect(becomes("k=v", { ...swap, replacement: "a\\nb\\tc\\\\d $12" })).toBe("a\nb\tc\\d k2");
  expect(becomes("ab", { text: "(a)|b", regex: true, replacement: "[$1]" })).toBe("[a][]");
  expect(becomes("abc", { text: "b", replacement: "" })).toBe("ac");
  expect(becomes("a\r\nb", { text: "^", regex: true, replacement: "> " })).toBe("> a\r\n> b");
  expect(becomes("a\r\nb", { text: "$", regex: true, replacement: ";" })).toBe("a;\r\nb;");
  expect(becomes("foobar", { text: "(?<=foo)", regex: true, replacement: "-" })).toBe("foo-bar");
});

test("a hundred thousand places in one line of a megabyte are found while one waits", () => {
  expect(found("needle,,,,".repeat(100_000), { text: "needle" }, 100_000)).toHaveLength(100_000);
});

test("patterns mean names anywhere, folders with all in them, and paths from the top", () => {
  const wanted = (include: string, exclude = "") =>
    ["a.ts", "src/b.ts", "src/deep/c.TS", "src/d.md", "test/src.ts", ".env"].filter(pathFilter(include, exclude));
  expect(wanted("")).toHaveLength(6);
  expect(wanted("*.ts")).toEqual(["a.ts", "src/b.ts", "src/deep/c.TS", "test/src.ts"]);
  expect(wanted("src")).toEqual(["src/b.ts", "src/deep/c.TS", "src/d.md"]);
  expect(wanted("src/, a.ts")).toEqual(["a.ts", "src/b.ts", "src/deep/c.TS", "src/d.md"]);
  expect(wanted("*.{ts,md}", "src/deep")).toEqual(["a.ts", "src/b.ts", "src/d.md", "test/src.ts"]);
  expect(wanted("./*.ts")).toEqual(["a.ts"]);
  expect(wanted("", ".env,**/*.ts")).toEqual(["src/d.md"]);
  for (const odd of ["[", "{", "(", "**", ",", "!", "a{b"]) expect(() => wanted(odd)).not.toThrow();
});
