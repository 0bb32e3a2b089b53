import fc from "fast-check";
import { expect, test } from "vitest";
import type { Formatted, ToFormat } from "../src/editor/format/Formatting.ts";
import { format } from "../src/editor/format/format.ts";
import { leastEdits } from "../src/editor/format/whitespace.ts";

function applied(text: string, edits: Formatted): string {
  return edits.toReversed().reduce((all, edit) => all.slice(0, edit.start) + edit.text + all.slice(edit.end), text);
}

async function formatted(text: string, language: string, how: Partial<ToFormat> = {}): Promise<string> {
  const usual = { extension: language, tabs: false, indent: 2, tabWidth: 2, eol: "\n" };
  return applied(text, await format({ text, language, ...usual, ...how }));
}

test("what is offered is formatted, by the indent and the line ends of its file", async () => {
  expect(await formatted("function a( ){return 1}", "typescript")).toBe("function a() { return 1 }");
  expect(await formatted("if (a) {\r\nb( );\r\n}\r\n", "typescript", { eol: "\r\n", indent: 3 })).toBe(
    "if (a) {\r\n   b();\r\n}\r\n",
  );
  expect(await formatted("const a=<p>{ b }</p>", "typescript", { extension: "tsx" })).toBe("const a = <p>{b}</p>");
  expect(await formatted("if(a){\nb\n}", "javascript", { tabs: true, tabWidth: 8 })).toBe("if (a) {\n\tb\n}");
  expect(await formatted('{"a":[1,2]}', "json", { eol: "\r\n" })).toBe('{\r\n  "a": [\r\n    1,\r\n    2\r\n  ]\r\n}');
  expect(await formatted("a{color:red;b:c}", "css")).toBe("a {\n  color: red;\n  b: c\n}");
  expect(await formatted("a{b{c:d}}", "scss", { tabs: true })).toBe("a {\n\tb {\n\t\tc: d\n\t}\n}");
  expect(await formatted("<div><p>a</p></div>", "html")).toBe("<div>\n  <p>a</p>\n</div>");
}, 60_000);

test("what is formatted already, or cannot be read, comes to no harm", async () => {
  const text = "function a() {\n  return 1;\n}\n";
  expect(
    await format({ text, language: "typescript", extension: "ts", tabs: false, indent: 2, tabWidth: 2, eol: "\n" }),
  ).toEqual([]);
  expect(await formatted('{"a": [1,', "json")).toContain('"a"');
  expect(await formatted("", "css")).toBe("");
});

test("of blanks no more is replaced than differs", () => {
  expect(leastEdits("a( b )\nc", "a(b)\n  c")).toEqual([
    { start: 2, end: 3, text: "" },
    { start: 4, end: 5, text: "" },
    { start: 6, end: 7, text: "\n  " },
  ]);
  expect(leastEdits("a 'b'", 'a "b"')).toEqual([{ start: 2, end: 5, text: '"b"' }]);
  const letters = fc.array(fc.constantFrom(" ", "\t", "\n", "\r\n", "a", "b", "𝔘")).map((all) => all.join(""));
  fc.assert(
    fc.property(letters, letters, (from, to) => {
      expect(applied(from, leastEdits(from, to))).toBe(to);
      expect(leastEdits(from, from)).toEqual([]);
    }),
  );
});
