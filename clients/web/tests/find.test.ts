import { expect, test } from "vitest";
import { find } from "../src/room/commands/find.ts";

const paths = [
  "src/room/RoomScreen.tsx",
  "src/room/commands/Palette.tsx",
  "README.md",
  "docs/Übung 1.md",
  "a b.txt",
  "x.ts",
];
const found = (typed: string, most = 10) => find(paths, (path) => path, typed, most).map(({ item }) => item);

test("letters in order find a path, the best first, words in any order", () => {
  expect(found("roomscr")[0]).toBe("src/room/RoomScreen.tsx");
  expect(found("rsc")).toContain("src/room/RoomScreen.tsx");
  expect(found("palette room")).toEqual(["src/room/commands/Palette.tsx"]);
  expect(found("Übung")).toEqual(["docs/Übung 1.md"]);
  expect(found("a b")[0]).toBe("a b.txt");
  expect(found("x.ts")[0]).toBe("x.ts");
});

test("a file whose name is what was typed comes first, wherever it lies", () => {
  const near = ["project/data/t.csv", "project/cs.cs", "project/data/t.tsv", "project/r.rs", "project/R.rs.txt"];
  for (const [typed, path] of [
    ["t.tsv", "project/data/t.tsv"],
    ["r.rs", "project/r.rs"],
    ["data/T.csv", "project/data/t.csv"],
  ] as const)
    expect(find(near, (each) => each, typed, 1).map(({ item }) => item)).toEqual([path]);
});

test("nothing typed gives all as they come, no more than asked for; what nothing holds gives nothing", () => {
  expect(found("", 2)).toEqual(paths.slice(0, 2));
  expect(found("zzz")).toEqual([]);
  for (const odd of ["(", "[", "\\", "*", ".", "/", "-x", '"x', "👩‍👩‍👧"]) expect(() => found(odd)).not.toThrow();
});

test("the letters that say so are told by place", () => {
  const [first] = find(paths, (path) => path, "readme", 1);
  expect(first?.marks).toEqual([0, 6]);
});

test("twenty thousand paths are searched while one types", () => {
  const many = Array.from({ length: 20_000 }, (_, nth) => `src/part${nth % 100}/deep/file-${nth}.ts`);
  expect(find(many, (path) => path, "deepfile19999", 50)[0]?.item).toBe("src/part99/deep/file-19999.ts");
  expect(find(many, (path) => path, "f", 50)).toHaveLength(50);
});
