import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TreeNode } from "@coterie/core";
import { expect, test } from "vitest";
import { makeZip } from "../src/room/zip/makeZip.ts";
import { type Part, packer } from "../src/room/zip/packer.ts";
import { readZip } from "../src/room/zip/readZip.ts";
import { packedOf, safeName } from "../src/room/zip/safeNames.ts";
import { Gathered } from "../src/room/zip/sinks.ts";
import { unpack } from "../src/room/zip/unpack.ts";

/** What goes out as a ZIP, and comes back from one; hostile ones are in zipRefused.test.ts. */

/** A tree as a room shows it. @param paths of folders with a slash at the end */
function treeOf(paths: readonly string[]): TreeNode[] {
  return paths.map((path) => {
    const own = path.replace(/\/$/, "");
    const above = own.slice(0, Math.max(0, own.lastIndexOf("/")));
    const shownName = own.slice(own.lastIndexOf("/") + 1);
    const node = { id: own, parent: above || undefined, kind: path.endsWith("/") ? "folder" : "file", path: own };
    return { ...node, name: shownName, shownName } as TreeNode;
  });
}

const never = new AbortController().signal;

test("what a file of an archive begins with is unpacked without the rest", async () => {
  const letters = Array.from({ length: 400_000 }, (_, nth) => (nth * 7_919) % 99_991).join(" ");
  const zip = await zipOf({ "long.txt": letters, "short.txt": "short" });
  let unpacked = 0;
  const { entries } = await readZip(zip, (entry) => {
    const data = {
      size: entry.data.size,
      slice: (from: number, to: number) => {
        unpacked += to - from;
        return entry.data.slice(from, to);
      },
    } as Blob;
    return unpack({ ...entry, data });
  });
  const heads = await Promise.all(entries.map(async ({ head }) => new TextDecoder().decode(await head!(8_192))));
  expect(heads).toEqual([letters.slice(0, 8_192), "short"]);
  expect(unpacked).toBeLessThan(100_000);
});

async function zipOf(texts: Readonly<Record<string, string>>, now = new Date(2026, 1, 3, 4, 5, 6)): Promise<File> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  const hands = { pack: packer(now), onDone: () => {}, signal: never };
  const write = async (chunk: Uint8Array<ArrayBuffer>) => void chunks.push(chunk);
  const made = await makeZip(packedOf(treeOf(Object.keys(texts)), undefined).packed, {
    ...{ ...hands, write },
    read: async ({ id }) => texts[id],
  });
  const file = new File(chunks, "some.zip");
  expect(made.bytes).toBe(file.size);
  return file;
}

async function contentsOf(zip: File): Promise<Record<string, string>> {
  const { entries, folders, skipped } = await readZip(zip, unpack);
  expect(skipped).toEqual([]);
  const all = entries.map(async ({ path, size, read }) => {
    const bytes = await read();
    expect(bytes.length).toBe(size);
    return [path, Buffer.from(bytes).toString()] as const;
  });
  return Object.fromEntries([...folders.map((path) => [`${path}/`, ""]), ...(await Promise.all(all))]);
}

/** As Info-ZIP lists and unpacks it: paths to texts. */
function byUnzip(zip: Buffer): Record<string, string> {
  const folder = mkdtempSync(join(tmpdir(), "coterie-zip-"));
  const path = join(folder, "some.zip");
  writeFileSync(path, zip);
  const options = { encoding: "utf8", env: { ...process.env, LC_ALL: "C.UTF-8" } } as const;
  execFileSync("unzip", ["-tqq", path], options);
  execFileSync("unzip", ["-qq", path, "-d", join(folder, "out")], options);
  const names = execFileSync("unzip", ["-Z1", path], options).trimEnd().split("\n");
  const text = (name: string) => (name.endsWith("/") ? "" : readFileSync(join(folder, "out", name), "utf8"));
  const texts = names.map((name) => [name, text(name)] as const);
  rmSync(folder, { recursive: true });
  return Object.fromEntries(texts);
}

test("what is packed comes back byte for byte, here and with other tools: odd names, odd texts, empty folders", async () => {
  const texts = {
    "empty/": "",
    "src/": "",
    "src/deep (2)/": "",
    "src/deep (2)/überall ñ 漢字 🧵.ts": "const emoji = '👩‍👩‍👧‍👦';\n",
    "src/crlf.txt": "one\r\ntwo\rthree\n\r\n",
    "src/bom.txt": "\ufeffwith a mark",
    "src/nothing": "",
    ".hidden": "\0\u0001\u007f\u2028",
    Makefile: "all:\n\techo\n".repeat(10_000),
    "no-ending.": "x",
  };
  const zip = await zipOf(texts);
  const { "no-ending.": dotted, ...rest } = texts;
  const packed = { ...rest, "no-ending_": dotted };
  expect(await contentsOf(zip)).toEqual(packed);
  const elsewhere = byUnzip(Buffer.from(await zip.arrayBuffer()));
  expect(elsewhere).toEqual(packed);
  expect(zip.size).toBeLessThan(texts.Makefile.length / 10);
});

test("a thousand files are one archive", async () => {
  const texts = Object.fromEntries(
    Array.from({ length: 1_000 }, (_, nth) => [`f${nth}.txt`, `${nth}`.repeat(nth)] as const),
  );
  const zip = await zipOf({
    "all/": "",
    ...Object.fromEntries(Object.entries(texts).map(([k, v]) => [`all/${k}`, v])),
  });
  const expected = { "all/": "", ...Object.fromEntries(Object.entries(texts).map(([k, v]) => [`all/${k}`, v])) };
  expect(await contentsOf(zip)).toEqual(expected);
  const elsewhere = byUnzip(Buffer.from(await zip.arrayBuffer()));
  expect(elsewhere).toEqual(expected);
});

test("an archive of nothing but folders, or of nothing at all, is one, too", async () => {
  expect(await contentsOf(await zipOf({ "a/": "", "a/b/": "" }))).toEqual({ "a/": "", "a/b/": "" });
  expect(await contentsOf(await zipOf({}))).toEqual({});
});

test("names that some system cannot hold are made safe, others stay as they are", () => {
  const cases = {
    ...{ 'a<b>c:d"e|f?g*h\\i/j': "a_b_c_d_e_f_g_h_i_j", "tab\there\u0085": "tab_here_" },
    ...{ "end.": "end_", "end. .": "end___", " begin": " begin", "...": "___", ".": "_", "..": "__" },
    ...{ con: "con_", "CON.txt": "CON_.txt", "nul.tar.gz": "nul_.tar.gz", com1: "com1_", "LPT².x": "LPT²_.x" },
    ...{ "aux .c": "aux_ .c", console: "console", com10: "com10", "con-1": "con-1", ".gitignore": ".gitignore" },
    ...{ "notes (2).md": "notes (2).md", "überall 🧵.ts": "überall 🧵.ts" },
  };
  for (const [name, safe] of Object.entries(cases)) expect(safeName(name), name).toBe(safe);
});

test("names that one disk takes for the same are kept apart, what was safe keeps its name, and what was changed is told", () => {
  const tree = treeOf(["a:b.txt", "a_b.txt", "a?b.txt", "straße", "STRASSE", "x/", "x/con", "x/Con_", "x:/", "x:/y."]);
  const { packed, renamed } = packedOf(tree, undefined);
  expect(packed.map(({ path }) => path)).toEqual([
    ...["a_b (2).txt", "a_b.txt", "a_b (3).txt", "straße", "STRASSE (2)"],
    ...["x", "x/con_ (2)", "x/Con_", "x_", "x_/y_"],
  ]);
  expect(renamed.map(({ from, to }) => `${from} > ${to}`)).toEqual([
    ...["a:b.txt > a_b (2).txt", "a?b.txt > a_b (3).txt", "STRASSE > STRASSE (2)"],
    ...["x/con > x/con_ (2)", "x: > x_", "x:/y. > x_/y_"],
  ]);
});

test("twenty thousand names that all become the same are kept apart at once", () => {
  const letters = ["<", ">", ":", '"', "|", "?", "*"];
  const names = Array.from({ length: 16_807 }, (_, nth) =>
    [0, 1, 2, 3, 4].map((place) => letters[Math.floor(nth / 7 ** place) % 7]).join(""),
  );
  const before = performance.now();
  const { packed } = packedOf(treeOf(names), undefined);
  expect(new Set(packed.map(({ path }) => path)).size).toBe(names.length);
  expect(performance.now() - before).toBeLessThan(20_000); // each from the first number on takes minutes
});

test("a folder's archive holds that folder by its name, with all that is in it and nothing beside", () => {
  const tree = treeOf(["a/", "a/b/", "a/b/c/", "a/b/c/d.txt", "a/b/e", "a/f", "ab"]);
  const { packed } = packedOf(tree, tree[1]);
  expect(packed.map(({ path }) => path)).toEqual(["b", "b/c", "b/c/d.txt", "b/e"]);
});

const manyFiles = packedOf(treeOf(Array.from({ length: 100 }, (_, nth) => `f${nth}`)), undefined).packed;

test("entries are packed in their order while few texts wait, and how far it is is told", async () => {
  let [open, mostOpen] = [0, 0];
  const done: number[] = [];
  const parts: (string | undefined)[] = [];
  await makeZip(manyFiles, {
    read: async ({ id }) => {
      mostOpen = Math.max(mostOpen, ++open);
      await new Promise((resolve) => setTimeout(resolve, id === "f0" ? 30 : 0));
      return id;
    },
    pack: async ({ path, content }) => {
      open--;
      expect(content).toBe(path);
      parts.push(path);
      return [];
    },
    write: async () => {},
    onDone: (files) => done.push(files),
    signal: never,
  });
  expect(parts).toEqual([...manyFiles.map(({ path }) => path), undefined]);
  expect(done).toEqual(manyFiles.map((_, nth) => nth + 1));
  expect(mostOpen).toBe(16);
});

test.each(["read", "pack", "write"] as const)(
  "it ends at once when it is given up, though %s never comes back",
  async (hangs) => {
    const cancel = new AbortController();
    const stuck = () => {
      setTimeout(() => cancel.abort(new Error("given up")), 10);
      return new Promise<never>(() => {});
    };
    const work = makeZip(manyFiles, {
      ...{
        read: async ({ id }: TreeNode) => id,
        pack: (part: Part) => [new TextEncoder().encode(part.path)],
        write: async () => {},
      },
      ...{ onDone: () => {}, signal: cancel.signal, [hangs]: stuck },
    });
    await expect(work).rejects.toThrow("given up");
  },
);

function repeated(bytes: Uint8Array<ArrayBuffer>, length: number): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(length);
  all.set(bytes);
  for (let done = bytes.length; done < length; done *= 2) all.copyWithin(done, 0, done);
  return all;
}

test("files that are no text go in byte for byte, and few of them wait however large they are", async () => {
  const bytes = (nth: number) =>
    repeated(
      Uint8Array.from({ length: 251 }, (_, at) => (at * (nth + 3)) % 251),
      5_000_000,
    );
  const packed = manyFiles.slice(0, 5).map(({ path, node }) => ({
    path,
    node: { ...node, kind: "binary", content: { size: 5_000_000 } } as TreeNode,
  }));
  let [open, mostOpen] = [0, 0];
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  const packs = packer(new Date());
  await makeZip(packed, {
    read: async ({ id }) => {
      mostOpen = Math.max(mostOpen, ++open);
      return bytes(Number(id.slice(1)));
    },
    pack: (part) => {
      open--;
      return packs(part);
    },
    ...{ write: async (chunk) => void chunks.push(chunk), onDone: () => {}, signal: never },
  });
  expect(mostOpen).toBe(3);
  const { entries } = await readZip(new File(chunks, "some.zip"), unpack);
  for (const { path, read } of entries)
    expect(Buffer.compare(await read(), bytes(Number(path.slice(1)))), path).toBe(0);
  expect(entries).toHaveLength(5);
});

test("what was deleted meanwhile or cannot be read is left out and named, and the rest is whole", async () => {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  const made = await makeZip(manyFiles, {
    read: async ({ id }) => {
      if (id === "f3") throw new Error("the room ended");
      return id === "f5" ? undefined : id;
    },
    ...{ pack: packer(new Date()), onDone: () => {}, signal: never },
    write: async (chunk) => void chunks.push(chunk),
  });
  expect(made).toMatchObject({ files: 98, gone: ["f5"], unread: ["f3"] });
  expect(Object.keys(await contentsOf(new File(chunks, "some.zip")))).toHaveLength(98);
});

test("an archive that has to be gathered in memory is refused where it is too large for that, before and while it is made", async () => {
  const why = "It has more than 10 bytes, and this browser has no place to make it in: ";
  expect(() => new Gathered("a.zip", 11, 10)).toThrow(why);
  const sink = new Gathered("a.zip", 5, 10);
  await sink.write(new Uint8Array(10));
  await expect(sink.write(new Uint8Array(1))).rejects.toThrow(why);
});
