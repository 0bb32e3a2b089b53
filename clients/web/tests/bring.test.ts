import type { Room, StorageView, TreeNode } from "@coterie/core";
import { expect, test } from "vitest";
import { gather, nameOf } from "../src/room/bring/gather.ts";
import type { Incoming } from "../src/room/bring/Incoming.ts";
import { InHand } from "../src/room/bring/InHand.ts";
import { termsFor } from "../src/room/bring/leave.ts";
import { Pace, timeLeft } from "../src/room/bring/Pace.ts";
import { fitting, legible, megabytes, mostOfText, noSpaceFor, planOf, type Terms } from "../src/room/bring/plan.ts";
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
  expect(emptyFolders).toEqual(["empty"]);
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
  terms: Partial<Terms> = {},
) => planOf({ files, emptyFolders, leftOut: [] }, nodes, parent, { ...plenty, ...terms });
const plenty: Terms = { file: 2_500_000, free: Number.POSITIVE_INFINITY, noTexts: new Set(), texts: new Set() };

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
  const { leftOut } = planOf({ ...gathered, files: [large, ...gathered.files] }, [], undefined, plenty);
  expect(leftOut.slice(0, 3).map(({ path }) => path)).toEqual(["large.txt", "broken/", "0.log"]);
});

test("the room takes so many files and folders", () => {
  const nodes = Array.from({ length: 19_998 }, (_, nth) => node(`${nth}`, `f${nth}`));
  const { files, folders, leftOut } = plan([file("d/a"), file("d/b"), file("c")], nodes);
  expect([paths(files), folders, paths(leftOut)]).toEqual([["d/a"], ["d"], ["c", "d/b"]]);
});

test("what there is no space for is known before anything is made, comes as one line, and leaves what fits to come", () => {
  const sized = (path: string, size: number) => ({ ...file(path), size });
  const pictures = ["a/1.png", "a/2.png", "b/3.png", "b/4.png"].map((path) => sized(path, 1_000_000));
  const small = sized("c/small.png", 10_000);
  const text = sized("b/notes.txt", 5_000_000);
  const terms = { free: 2_500_000, noTexts: new Set([...pictures, small]) };
  const { files, stays, needs } = fitting(plan([...pictures, small, text], [], undefined, [], terms), "both");
  expect(paths(files)).toEqual(["a/1.png", "a/2.png", "b/notes.txt", "c/small.png"]);
  expect(paths(stays)).toEqual(["b/3.png", "b/4.png"]);
  expect(needs).toBeGreaterThan(4_000_000);
  expect(noSpaceFor(stays, terms.free)).toEqual([
    { path: "b/3.png", why: "2.0 MB, and 2.5 MB are free in the room: delete what nobody needs", more: ["b/4.png"] },
  ]);
  expect(noSpaceFor([], terms.free)).toEqual([]);
  const logs = Array.from({ length: 15 }, (_, nth) => sized(`${nth}.log`, 14_000_000));
  const { tooMuch, ...rest } = fitting(plan(logs, [], undefined, [], { texts: new Set(logs) }), "both");
  expect([paths(tooMuch), rest.files.length]).toEqual([["14.log"], 14]);
});

test("a file that is there and comes again as large as it is needs no space where it takes that one's place, and none where it is left out", () => {
  const again = { ...file("p.png"), size: 1_000_000 };
  const there = [{ ...node("p", "p.png"), kind: "binary", content: { size: 1_000_000 } } as unknown as TreeNode];
  const full = plan([again], there, undefined, [], { free: 0, noTexts: new Set([again]) });
  expect(fitting(full, "both").stays).toHaveLength(1);
  expect(fitting(full, "replace")).toMatchObject({ files: [again], stays: [] });
  expect(fitting(full, "leave")).toMatchObject({ files: [], stays: [], needs: 0 });
  const other = [{ ...there[0]!, content: { size: 999_999 } } as unknown as TreeNode];
  const changed = plan([again], other, undefined, [], { free: 0, noTexts: new Set([again]) });
  expect(fitting(changed, "replace").stays).toHaveLength(1);
});

test("of a folder that cannot come one line tells, whatever lies in it", () => {
  const long = "n".repeat(250);
  const chain = Array.from({ length: 16 }, (_, nth) => `${`${long}/`.repeat(nth + 1)}x.txt`);
  const deep = Array.from({ length: 4 }, (_, nth) => `${"d/".repeat(70 + nth)}x`);
  const { leftOut, files } = plan(
    [...chain.map((path) => file(path)), ...deep.map((path) => file(path))],
    [],
    undefined,
    [`${long}/${long}`],
  );
  expect(files).toEqual([]);
  expect(leftOut).toEqual([
    { path: `${long}/`, why: expect.stringContaining("is longer than 200 bytes") },
    { path: "d/".repeat(66), why: "more than 64 folders deep" },
  ]);
});

test("a folder in which a name is not UTF-8, of which Chromium lists nothing, says so in words, and is not made", async () => {
  const odd = { name: "odd", list: () => Promise.reject(new DOMException("A URI was malformed", "EncodingError")) };
  const gathered = await gather({ name: "", list: async () => await { files: [], folders: [odd] } }, wish());
  expect(gathered.emptyFolders).toEqual([]);
  expect(gathered.leftOut).toEqual([
    { path: "odd/", why: "cannot be read: a name in it is not in UTF-8. Rename that file and bring it in again" },
  ]);
});

test("how long the rest takes is told by how it went lately, once that can be known", () => {
  const pace = new Pace();
  expect(pace.left(0, 0, 1_000)).toBeUndefined();
  expect(pace.left(1_000, 10, 1_000)).toBeUndefined(); // too early
  expect(pace.left(5_000, 50, 1_000)).toBe(95_000);
  let left: number | undefined;
  for (let at = 5_500; at <= 60_000; at += 500) left = pace.left(at, 50 + (at - 5_000) / 50, 2_000);
  expect(left).toBeCloseTo(42_500, -2); // twice as fast by now: what was before the window counts no more
  for (let at = 60_500; at <= 120_000; at += 500) left = pace.left(at, 1_150, 2_000);
  expect(left).toBeUndefined(); // it stands
  expect([9_000, 40_000, 50_000, 130_000, 3_500_000, 3_600_000 * 3].map(timeLeft)).toEqual([
    ...["a few seconds left", "less than a minute left", "about a minute left", "about 2 minutes left"],
    ...["about 58 minutes left", "about 3 hours left"],
  ]);
});

test("a file that is larger than the room takes may come if it may be a text", () => {
  const sized = (path: string, size: number) => ({ ...file(path), size });
  const [picture, log, huge] = [sized("picture", 2_600_000), sized("log", 2_600_000), sized("huge", mostOfText + 1)];
  const whyNot = (terms: Partial<Terms>) =>
    plan([picture, log, huge], [], undefined, [], { noTexts: new Set([picture]), ...terms }).leftOut.map(
      ({ path, why }) => `${path}: ${why}`,
    );
  expect(whyNot({})).toEqual([
    "picture: 2.6 MB: a file may have 2.5 MB here",
    "huge: 15.0 MB: a text may have 15.0 MB here, and any other file 2.5 MB",
  ]);
  expect(whyNot({ file: mostOfText })).toEqual(["huge: 15.0 MB: a file may have 15.0 MB here"]);
  expect(whyNot({ file: mostOfText + 1 })).toEqual([]);
});

test("of what lies in an archive the beginning alone is unpacked to tell whether it is a text", async () => {
  let [heads, whole] = [0, 0];
  const packed = (path: string, head: string) => ({
    ...{ path, size: 900_000 },
    head: async (most: number) => {
      heads += most;
      return await bytes(head);
    },
    read: async () => {
      whole++;
      return await bytes(head);
    },
  });
  const all = [packed("a.txt", "text"), packed("b.png", "\0")];
  const room = { blobs: { storage: { get: () => undefined } } } as unknown as Room;
  const space = { most: 2_500_000, room: 1_000_000, used: 0 } as StorageView;
  const terms = await termsFor(room, space, all, new AbortController().signal);
  expect([[...terms.texts], [...terms.noTexts]]).toEqual([[all[0]], [all[1]]]);
  expect([heads, whole]).toEqual([16 * 1024, 0]);
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
