import type { TreeNode } from "@coterie/core";
import { expect, test } from "vitest";
import { liesWithin, neighbourOf, rowsOf } from "../src/room/files/rows.ts";

const node = (id: string, kind: TreeNode["kind"], parent?: string): TreeNode => ({
  id,
  parent,
  kind,
  name: id,
  shownName: id,
  path: id,
  creator: "me",
  mayDelete: true,
  deletableBy: "me",
  othersInside: [],
});

const nodes = [node("src", "folder"), node("lib", "folder", "src"), node("a.ts", "file", "lib"), node("b.md", "file")];

test("only what lies in expanded folders shows, with its level and its place among its siblings", () => {
  expect(rowsOf(nodes, new Set()).map((row) => row.node.id)).toEqual(["src", "b.md"]);
  const rows = rowsOf(nodes, new Set(["src", "lib"]));
  expect(rows.map((row) => [row.node.id, row.level, row.place, row.siblings, row.expanded])).toEqual([
    ["src", 1, 1, 2, true],
    ["lib", 2, 1, 1, true],
    ["a.ts", 3, 1, 1, undefined],
    ["b.md", 1, 2, 2, undefined],
  ]);
});

test("a folder may not go into itself or below itself", () => {
  expect(liesWithin(nodes, "lib", "src")).toBe(true);
  expect(liesWithin(nodes, "src", "src")).toBe(true);
  expect(liesWithin(nodes, "src", "lib")).toBe(false);
  expect(liesWithin(nodes, undefined, "src")).toBe(false);
});

test("where a line vanishes one stands on the next that is left, else on the one before", () => {
  const before = rowsOf(nodes, new Set(["src", "lib"])); // src, lib, a.ts, b.md
  const without = (...gone: string[]) => before.filter((row) => !gone.includes(row.node.id));
  expect(neighbourOf("lib", before, without("lib", "a.ts"))).toBe("b.md");
  expect(neighbourOf("b.md", before, without("b.md"))).toBe("a.ts");
  expect(neighbourOf("src", before, [])).toBeUndefined();
});
