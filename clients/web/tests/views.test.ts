import { describe, expect, test } from "vitest";
import { blocksOf } from "../src/editor/views/markdown.ts";
import { orderOf } from "../src/editor/views/orderOf.ts";
import { tableOf } from "../src/editor/views/table.ts";
import { viewFor } from "../src/editor/views/viewFor.ts";

describe("the blocks of a Markdown text", () => {
  test("stand at the lines they begin in", () => {
    const text = "# One\n\ntwo\nthree\n\n- a\n- b\n\n\n```ts\ncode\n```\n[ref]: https://a.example\n\nlast [it][ref]";
    const blocks = blocksOf(text);
    expect(blocks.map(({ line }) => line)).toEqual([1, 3, 6, 10, 15]);
    expect(blocks.at(-1)!.html).toContain('href="https://a.example"');
    expect(blocksOf(text.replaceAll("\n", "\r\n"))).toEqual(blocks);
  });

  test("leave out what other programs read", () => {
    expect(blocksOf("\ufeff---\ntitle: a\n---\n# One")).toEqual([{ line: 4, html: "<h1>One</h1>\n" }]);
    expect(blocksOf("---\n\nno end").length).toBe(2);
    expect(blocksOf("")).toEqual([]);
  });
});

describe("a table", () => {
  test("has its cells between commas, semicolons or tabs, as wide as its widest row", () => {
    expect(tableOf('\ufeffname,text\r\na,"x, ""y""\nz"\r\n\r\nb,2,3\r\n', "t.csv")).toEqual({
      header: ["name", "text", ""],
      rows: [
        ["a", 'x, "y"\nz'],
        ["b", "2", "3"],
      ],
      cut: false,
    });
    expect(tableOf("a;b\n1,5;2", "t.csv").rows).toEqual([["1,5", "2"]]);
    expect(tableOf("a,b\tc", "t.TSV").header).toEqual(["a,b", "c"]);
    expect(tableOf("", "t.csv")).toEqual({ header: [], rows: [], cut: false });
  });

  test("is sorted by numbers, then words, what is empty last, both ways, and as it was", () => {
    const rows = ["10", "b", "", "9", "-1.5", "a10", "a9"].map((cell) => [cell]);
    const sorted = (down: boolean) => orderOf(rows, { column: 0, down }).map((nth) => rows[nth]![0]);
    expect(sorted(false)).toEqual(["-1.5", "9", "10", "a9", "a10", "b", ""]);
    expect(sorted(true)).toEqual(["10", "9", "-1.5", "b", "a10", "a9", ""]);
    expect(orderOf(rows, undefined)).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });

  test("of a hundred thousand rows is read and sorted within a moment", () => {
    const text = `n,word\n${Array.from({ length: 100_000 }, (_, nth) => `${(nth * 7919) % 100_003},w${nth}`).join("\n")}`;
    const begun = performance.now();
    const { rows } = tableOf(text, "t.csv");
    expect(rows[orderOf(rows, { column: 0, down: false })[0]!]![0]).toBe("0");
    expect(performance.now() - begun).toBeLessThan(10_000);
  });
});

test("a file's name says what it can be shown as", () => {
  expect(["README.md", "a.b.CSV", "x.tsv", "logo.SVG", "md", "a.txt", ".md"].map(viewFor)).toEqual([
    "preview",
    "table",
    "table",
    "picture",
    undefined,
    undefined,
    "preview",
  ]);
});
