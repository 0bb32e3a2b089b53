import { describe, expect, test } from "vitest";
import { askedOf, configOf } from "../src/editor/form/editorconfig.ts";
import { globFor } from "../src/editor/form/glob.ts";

describe("a glob of .editorconfig", () => {
  test.each([
    ["*.ts", "a.ts", true],
    ["*.ts", "a.tsx", false],
    ["*.ts", "src/a.ts", false],
    ["**.ts", "src/deep/a.ts", true],
    ["src/**/a.ts", "src/deep/er/a.ts", true],
    ["src/**/a.ts", "src/a.ts", false],
    ["a?.c", "ab.c", true],
    ["a?.c", "a/.c", false],
    ["[abc].x", "b.x", true],
    ["[!abc].x", "b.x", false],
    ["[!abc].x", "d.x", true],
    ["[a-f]1", "c1", true],
    ["[-a]", "-", true],
    ["[ab", "[ab", true],
    ["*.{js,ts}", "a.ts", true],
    ["*.{js,ts}", "a.css", false],
    ["{a{b,c},d}", "ac", true],
    ["{a{b,c},d}", "d", true],
    ["{a{b,c},d}", "ad", false],
    ["{single}", "{single}", true],
    ["{a", "{a", true],
    ["{,x}a", "a", true],
    ["{3..120}", "42", true],
    ["{3..120}", "121", false],
    ["{-3..3}", "-2", true],
    ["\\*", "*", true],
    ["\\*", "a", false],
    ["{Makefile,*.mk}", "Makefile", true],
    ["Ünï*", "Ünïcode", true],
  ])("%s on %s: %s", (glob, path, expected) => {
    expect(globFor(glob)!(path)).toBe(expected);
  });

  test("what is made to stop a page does not", () => {
    const begun = performance.now();
    expect(globFor("*a".repeat(400))!(`${"a".repeat(2_000)}b`)).toBe(false);
    expect(globFor("{a,*}".repeat(150))!(`${"a".repeat(500)}`)).toBe(true);
    expect(globFor("x".repeat(2_000))).toBe(undefined);
    expect(performance.now() - begun).toBeLessThan(5_000);
  });
});

const top = configOf(
  "",
  `\ufeffroot = true
# a comment
[*]
indent_style = space
indent_size: 2 ; two
end_of_line = LF
trim_trailing_whitespace = true
insert_final_newline=true
charset = utf-8
max_line_length = 100

[*.{go,mk}]
indent_style = tab
indent_size = tab
tab_width = 8

[docs/*.md]
trim_trailing_whitespace = false
max_line_length = off
`,
);

describe("what is asked of a file", () => {
  test("by the section that matches last", () => {
    expect(askedOf("src/a.ts", [top])).toEqual({
      indentStyle: "space",
      indentSize: 2,
      tabWidth: 2,
      endOfLine: "lf",
      charset: "utf-8",
      trims: true,
      finalNewline: true,
      maxLineLength: 100,
    });
    expect(askedOf("deep/er/x.go", [top])).toMatchObject({ indentStyle: "tab", indentSize: 8, tabWidth: 8 });
    const docs = askedOf("docs/a.md", [top]);
    expect([docs.trims, docs.maxLineLength]).toEqual([undefined, undefined]);
    expect(askedOf("docs/deep/a.md", [top]).trims).toBe(true);
  });

  test("by the nearest file first, and none above a root", () => {
    const inner = configOf("lib", "[*.ts]\nindent_size = 8\nmax_line_length = unset\n[/only.ts]\nindent_size = 3");
    expect(askedOf("lib/a.ts", [inner, top])).toMatchObject({ indentSize: 8, endOfLine: "lf" });
    expect(askedOf("lib/a.ts", [inner, top]).maxLineLength).toBe(undefined);
    expect(askedOf("lib/only.ts", [top, inner]).indentSize).toBe(3);
    expect(askedOf("lib/deep/only.ts", [top, inner]).indentSize).toBe(8);
    expect(askedOf("library/a.ts", [top, inner]).indentSize).toBe(2);
    const root = configOf("lib", "root = true\n[*]\nindent_style = tab");
    expect(askedOf("lib/a.ts", [top, root])).toEqual({ indentStyle: "tab" });
  });

  test("nothing, by nonsense", () => {
    const odd = configOf(
      "",
      "indent_size = 3\n[\n[*\n[*]\nindent_size = -1\nindent_style = both\nmax_line_length = 0\n=\na",
    );
    expect(askedOf("a", [odd])).toEqual({});
  });
});
