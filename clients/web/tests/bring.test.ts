import type { TreeNode } from "@coterie/core";
import { expect, test } from "vitest";
import { gather, nameOf } from "../src/room/bring/gather.ts";
import type { Incoming } from "../src/room/bring/Incoming.ts";
import { InHand } from "../src/room/bring/InHand.ts";
import { legible, megabytes, mostOfText, planOf, type Space } from "../src/room/bring/plan.ts";
import { pathFolder } from "../src/room/bring/sources.ts";
import { mayBeText, textIn } from "../src/room/bring/textIn.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const file = (path: string, text = "x"): Incoming => ({
  path,
  size: bytes(text).length,
  read: async () => await bytes(text),
});
const wish = (all = false, signal = new AbortController().signal) => ({ all, signal, told: () => {} });
const paths = (files: readonly { readonly path: string }[]) => files.map(({ path }) => path).toSorted();

test("the nearest .gitignore decides, and what it leaves out as a folder is not gone into", async () => {
  const files = [
    file(".gitignore", "*.log\n/build/\n"),
    file("a.log"),
    file("build/x.js"),
    file("src/build/x.js"),
    file("src/.gitignore", "!keep.log\nsecret.txt\n"),
    file("src/keep.log"),
    file("src/secret.txt"),
    file("node_modules/m/index.js"),
    file(".git/HEAD"),
  ];
  const some = await gather(pathFolder(files), wish());
  expect(paths(some.files)).toEqual([".gitignore", "src/.gitignore", "src/build/x.js", "src/keep.log"]);
  expect(paths(some.leftOut)).toEqual([".git/", "a.log", "build/", "node_modules/", "src/secret.txt"]);
  expect(some.leftOut.find(({ path }) => path === "src/secret.txt")?.why).toBe(".gitignore of src leaves it out");
  const all = await gather(pathFolder(files), wish(true));
  expect(all.files).toHaveLength(files.length);
  expect(all.leftOut).toEqual([]);
});

test("folders that cannot be read are told, empty ones come along, and an end ends it", async () => {
  const broken = { name: "broken", list: () => Promise.reject(new Error("no right")) };
  const empty = { name: "empty", list: async () => await { files: [], folders: [] } };
  const top = { name: "", list: async () => await { files: [file("a")], folders: [broken, empty] } };
  const { files, emptyFolders, leftOut } = await gather(top, wish());
  expect(paths(files)).toEqual(["a"]);
  expect(emptyFolders).toEqual(["broken", "empty"]);
  expect(leftOut).toEqual([{ path: "broken/", why: "cannot be read: no right" }]);
  const stop = new AbortController();
  stop.abort();
  await expect(gather(top, wish(false, stop.signal))).rejects.toThrow();
});

/** @param name as it was given, where another one is shown */
const node = (id: string, path: string, kind: "file" | "folder" = "file", parent?: string, name = nameOf(path)) =>
  ({ id, path, kind, parent, name, shownName: nameOf(path) }) as unknown as TreeNode;
const plan = (
  files: readonly Incoming[],
  nodes: readonly TreeNode[] = [],
  parent?: string,
  emptyFolders: readonly string[] = [],
  space: Partial<Space> = {},
) => planOf({ files, emptyFolders, leftOut: [] }, nodes, parent, { file: 2_500_000, all: 200_000_000, ...space });

test("sizes, names, depth and number are judged before anything is read, with the reason", () => {
  const large = { ...file("large.txt"), size: mostOfText + 1 };
  const deep = `${"d/".repeat(65)}x`;
  const { files, leftOut } = plan([
    ...[file("ok.txt"), { ...file("just.txt"), size: mostOfText }, large, file(deep), file(`${"d/".repeat(64)}x`)],
    ...[file(`${"n".repeat(201)}.txt`), file("odd\u202ename"), file("..\\up"), file("a/../b")],
  ]);
  expect(paths(files)).toEqual([`${"d/".repeat(64)}x`, "just.txt", "ok.txt"]);
  expect(leftOut.map(({ why }) => why)).toEqual([
    "15.0 MB: a text may have 15.0 MB here, and any other file 2.5 MB",
    "more than 64 folders deep",
    `“${"n".repeat(20)}…${"n".repeat(16)}.txt” is longer than 200 bytes`,
    "“odd\ufffdname” is no name that a room shows", // else the rest of the sentence were read backwards
    expect.stringContaining("is no name that a room shows"),
    expect.stringContaining("is no name that a room shows"),
  ]);
});

test("a path that anybody may have made up is shown so that it can be read, and does not take all of the screen", () => {
  for (const plain of ["a/b (2).md", "👩‍🚀.md", "می‌خواهم"]) expect(legible(plain)).toBe(plain);
  expect(legible("proj/odd\u202ename.txt\n")).toBe("proj/odd\ufffdname.txt\ufffd");
  expect(legible("é👩‍🚀".repeat(1_000)).length).toBeLessThan(300);
  expect(legible(`${"d/".repeat(2_000)}end.txt`)).toMatch(/^d\/d\/.*….*end\.txt$/);
});

test("what cannot come stands before what is left out by rule, however much that is", async () => {
  const logs = Array.from({ length: 300 }, (_, nth) => file(`${nth}.log`));
  const top = pathFolder([file(".gitignore", "*.log\n"), ...logs]);
  const broken = { name: "broken", list: () => Promise.reject(new Error("no right")) };
  const list = async () => ({ files: (await top.list()).files, folders: [broken] });
  const gathered = await gather({ name: "", list }, wish());
  const large = { ...file("large.txt"), size: mostOfText + 1 };
  const space = { file: 2_500_000, all: 200_000_000 };
  const { leftOut } = planOf({ ...gathered, files: [large, ...gathered.files] }, [], undefined, space);
  expect(leftOut.slice(0, 3).map(({ path }) => path)).toEqual(["large.txt", "broken/", "0.log"]);
});

test("the room takes so many files and folders, and so many bytes at once", () => {
  const nodes = Array.from({ length: 19_998 }, (_, nth) => node(`${nth}`, `f${nth}`));
  const { files, folders, leftOut } = plan([file("d/a"), file("d/b"), file("c")], nodes);
  expect([paths(files), folders, paths(leftOut)]).toEqual([["d/a"], ["d"], ["c", "d/b"]]);
  const many = Array.from({ length: 100 }, (_, nth) => ({ ...file(`f${nth}`), size: 2_400_000 }));
  expect(plan(many).files).toHaveLength(83);
  expect(plan(many, [], undefined, [], { all: 10_000_000 }).leftOut[0]!.why).toBe(
    "2.4 MB: with it more would come than the 10.0 MB that there is space for",
  );
});

test("a file that is larger than the room takes may come if it may be a text", () => {
  const sized = (path: string, size: number) => ({ ...file(path), size });
  const [picture, log, huge] = [sized("picture", 2_600_000), sized("log", 2_600_000), sized("huge", mostOfText + 1)];
  const whyNot = (space: Partial<Space>) =>
    plan([picture, log, huge], [], undefined, [], { noTexts: new Set([picture]), ...space }).leftOut.map(
      ({ path, why }) => `${path}: ${why}`,
    );
  expect(whyNot({})).toEqual([
    "picture: 2.6 MB: a file may have 2.5 MB here",
    "huge: 15.0 MB: a text may have 15.0 MB here, and any other file 2.5 MB",
  ]);
  expect(whyNot({ file: mostOfText })).toEqual(["huge: 15.0 MB: a file may have 15.0 MB here"]);
  expect(whyNot({ file: mostOfText + 1 })).toEqual([]);
});

test("few bytes are in hand at a time, or one file however large it is, and what fails lets the next begin", async () => {
  const inHand = new InHand(32_000_000);
  let [now, most, done] = [0, 0, 0];
  const work = (bytes: number) => async () => {
    now += bytes;
    most = Math.max(most, now);
    await new Promise((resolve) => setTimeout(resolve));
    now -= bytes;
    done++;
    if (done % 3 === 0) throw new Error("unreadable");
  };
  const sizes = [10, 20, 20, 100, 1, 1, 1, 30, 5].map((millions) => millions * 1_000_000);
  await Promise.allSettled(sizes.map((bytes) => inHand.hold(bytes, work(bytes))));
  expect([done, most]).toEqual([sizes.length, 100_000_000]);
});

test("folders that are there are used, files that are there clash, and all lies below where it is let go", () => {
  const nodes = [
    node("s", "src", "folder"),
    node("d", "src/deep", "folder", "s"),
    node("a", "src/deep/a.ts", "file", "d"),
    node("f", "src/other", "file", "s"),
  ];
  const { files, folders, clashes } = plan([file("deep/a.ts"), file("deep/b.ts"), file("new/c.ts")], nodes, "s", [
    "none",
  ]);
  expect(paths(files)).toEqual(["deep/a.ts", "deep/b.ts", "new/c.ts"]);
  expect(folders).toEqual(["new", "none"]);
  expect(clashes).toEqual(["deep/a.ts"]);
});

test("what a room shows by another name, because a name of its folder differed by capitals alone, is found by the name it came with", () => {
  const nodes = [
    node("s", "src", "folder"),
    node("S", "Src (2)", "folder", undefined, "Src"),
    node("r", "readme"),
    node("R", "README (2)", "file", undefined, "README"),
    node("R3", "Readme (3)", "file", undefined, "Readme"),
    node("a", "Src (2)/a", "file", "S"),
  ];
  const dropped = [file("README"), file("readme"), file("Readme"), file("src/a"), file("Src/a"), file("Src/b")];
  const { folders, clashes } = plan(dropped, nodes);
  expect([folders, clashes]).toEqual([[], ["README", "readme", "Readme", "Src/a"]]);
  const zipped = [file("README (2)"), file("README")]; // as a ZIP of the room has it, and a new one
  expect(plan(zipped, nodes).clashes).toEqual(["README (2)"]);
});

test("what an archive of the room calls otherwise, so that every system can unpack it, is found by that name", () => {
  const nodes = [
    node("c", "con.txt"),
    node("a", "aux", "folder"),
    node("q", "aux/why?", "file", "a"),
    node("x", "x_"),
    node("X", "x:"),
  ];
  const zipped = [file("con_.txt"), file("aux_/why_"), file("x_"), file("x_ (2)"), file("new_.txt")];
  const { folders, clashes } = plan(zipped, nodes);
  expect([folders, clashes]).toEqual([[], ["con_.txt", "aux_/why_", "x_", "x_ (2)"]]);
  expect(plan([file("con_.txt"), file("con.txt")], nodes).clashes).toEqual(["con.txt"]); // both: no archive of this room
});

test("a text comes as it is, and what is none is told from it", () => {
  expect(textIn(bytes("a\r\nü👩‍🚀\n"))).toBe("a\r\nü👩‍🚀\n");
  expect(textIn(new Uint8Array())).toBe("");
  expect(textIn(new Uint8Array([0xff, 0xfe, 0x61, 0, 0x0a, 0]))).toBeUndefined(); // its bytes would be others when it goes out
  expect(textIn(new Uint8Array([0xfe, 0xff, 0, 0x61]))).toBeUndefined();
  expect(textIn(new Uint8Array([0xef, 0xbb, 0xbf, 0x61]))).toBe("\ufeffa");
  expect(textIn(new Uint8Array([0x89, 0x50, 0x4e, 0x47]))).toBeUndefined();
  expect(textIn(new Uint8Array([0x61, 0, 0x62]))).toBeUndefined();
  expect(textIn(bytes("%PDF-1.4\nof letters alone"))).toBeUndefined();
});

test("what a file begins with says whether it may be a text, also where a letter is cut", () => {
  expect(mayBeText(bytes("a 🧵").subarray(0, 4))).toBe(true);
  expect(mayBeText(new Uint8Array())).toBe(true);
  expect(mayBeText(bytes("%PDF-1.4"))).toBe(false);
  expect(mayBeText(new Uint8Array([0x61, 0]))).toBe(false);
  expect(mayBeText(new Uint8Array([0xfc, 0x62]))).toBe(false);
});

test("sizes are said as people say them", () => {
  expect([0, 1, 999, 1_500, 2_600_000].map(megabytes)).toEqual(["0 bytes", "one byte", "999 bytes", "2 kB", "2.6 MB"]);
});
