import { crc32, deflateRawSync, constants as zlib } from "node:zlib";
import { expect, test } from "vitest";
import { readZip } from "../src/room/zip/readZip.ts";
import { unpack } from "../src/room/zip/unpack.ts";
import { type Around, type Handmade, zipOf } from "./zip/handmade.ts";

/** Archives by a hostile hand, damaged ones, and odd ones of honest tools. */

const asFile = (bytes: Uint8Array) => new File([new Uint8Array(bytes)], "some.zip");
const open = (bytes: Uint8Array) => readZip(asFile(bytes), unpack);
const made = (entries: readonly Handmade[], around?: Around) => open(zipOf(entries, around));
const text = async (read: () => Promise<Uint8Array>) => Buffer.from(await read()).toString();

const good: Handmade = { name: "good.txt", data: "good" };

/** What is taken of an archive beside a good file, and what is skipped. */
async function judged(...entries: Handmade[]): Promise<string[]> {
  const contents = await made([good, ...entries]);
  expect(await text(contents.entries[0]!.read)).toBe("good");
  return [
    ...contents.entries.slice(1).map(({ path }) => path),
    ...contents.folders.map((path) => `${path}/`),
    ...contents.skipped.map(({ path, why }) => `${path}: ${why}`),
  ];
}

test.each([
  ["../evil.txt", "../evil.txt: its path leads out of the archive"],
  ["a/../../evil.txt", "a/../../evil.txt: its path leads out of the archive"],
  ["a\\..\\..\\evil.txt", "a\\..\\..\\evil.txt: its path leads out of the archive"],
  ["..", "..: its path leads out of the archive"],
  ["/etc/passwd", "/etc/passwd: its path begins outside of the archive"],
  ["\\\\server\\share", "\\\\server\\share: its path begins outside of the archive"],
  ["C:\\Windows\\evil", "C:\\Windows\\evil: its path begins outside of the archive"],
  ["c:evil", "c:evil: its path begins outside of the archive"],
  ["nul\0.txt", "nul�.txt: its name holds control characters"],
  ["", ": it has no name"],
  ["./", "./: it has no name"],
  [`${"a/".repeat(64)}b`, `${"a/".repeat(64)}b: it lies too deep`],
  [`a${"b".repeat(5_000)}`, `a${"b".repeat(199)}: its path is too long`],
  ["a\\b\\c.txt", "a/b/c.txt"],
  ["./a//b/./c.txt", "a/b/c.txt"],
  ["a/b/", "a/b/"],
  ["a\\b\\", "a/b/"],
  ["..a/b..", "..a/b.."],
])("the path %j is judged", async (name, wanted) => {
  expect(await judged({ name })).toEqual([wanted]);
});

test("links, devices, what is encrypted and unknown compression are skipped, each with its reason", async () => {
  const skipped = await judged(
    ...[
      { name: "link", mode: 0o120777, data: "/etc/passwd" },
      { name: "link2", mode: 0o120777, host: 0 },
    ],
    ...[
      { name: "pipe", mode: 0o010644 },
      { name: "disk", mode: 0o060644 },
    ],
    ...[
      { name: "locked", flags: 1 },
      { name: "locked2", flags: 1 | 64 },
      { name: "masked", flags: 1 << 13 },
    ],
    ...[
      { name: "bzip2", method: 12 },
      { name: "aes", method: 99 },
      { name: "patch", flags: 1 << 5 },
    ],
    ...[
      { name: "fat/", data: "bytes" },
      { name: "huge", data: "x", size: 100_000 },
    ],
    ...[
      { name: "short", method: 0, data: "abc", size: 2 },
      { name: "windows", mode: 0o060000, host: 0 },
    ],
  );
  expect(skipped).toEqual([
    "windows",
    ...["link: it is a link", "link2: it is a link"],
    ...["pipe: it is neither file nor folder", "disk: it is neither file nor folder"],
    ...["locked: it is encrypted", "locked2: it is encrypted", "masked: it is encrypted"],
    ...["bzip2", "aes", "patch"].map((name) => `${name}: it is compressed in a way that is not known here`),
    "fat: it is a folder with bytes of its own",
    ...["huge: its size cannot be true", "short: its size cannot be true"],
  ]);
});

test("of what is there twice the first counts, and nothing lies in a file", async () => {
  expect(
    await judged(
      { name: "good.txt", data: "evil" },
      { name: "a/b" },
      { name: "a" },
      { name: "a/b/c" },
      { name: "a/b/d/" },
    ),
  ).toEqual([
    ...["a", "good.txt: its path is there twice", "a/b: it lies in what is a file itself"],
    ...["a/b/c: it lies in what is a file itself", "a/b/d: it lies in what is a file itself"],
  ]);
});

test("names are read as they were written: marked as UTF-8, unmarked, as old PCs did, or in Info-ZIP's field", async () => {
  const field = (of: Buffer, name: string) => {
    const own = Buffer.from(name);
    const head = Buffer.alloc(9);
    head.writeUInt16LE(0x7075, 0);
    head.writeUInt16LE(own.length + 5, 2);
    head.writeUInt8(1, 4);
    head.writeUInt32LE(crc32(of), 5);
    return Buffer.concat([Buffer.from([1, 0, 2, 0, 9, 9]), head, own]);
  };
  const old = Buffer.from([0x81, 0x62, 0x65, 0x72, 0xe1]); // über, and a sharp s
  expect(
    await judged(
      ...[{ name: "größe" }, { name: "漢字", flags: 0 }, { name: old, flags: 0 }, { name: old, flags: 0x800 }],
      { name: Buffer.from("x"), flags: 0, extra: field(Buffer.from("x"), "ok ☂") },
      { name: Buffer.from("y"), flags: 0, extra: field(Buffer.from("x"), "not mine") },
      { name: Buffer.from("z"), flags: 0, extra: field(Buffer.from("z"), "../evil") },
    ),
  ).toEqual([
    ...["größe", "漢字", "überß", "ok ☂", "y"],
    ...["überß: its name is no text", "../evil: its path leads out of the archive"],
  ]);
});

test.each<[string, Uint8Array, RegExp]>([
  ["a text", Buffer.from("not a zip at all, by far not"), /no ZIP/],
  ["nothing", Buffer.alloc(0), /no ZIP/],
  ["the first half of one", zipOf([good, good]).subarray(0, 60), /no ZIP/],
  ["one without its last byte", zipOf([good]).subarray(0, -1), /no ZIP/],
  ["one with something behind it", Buffer.concat([zipOf([good]), Buffer.from("x")]), /no ZIP/],
  ["one with something before it", Buffer.concat([Buffer.from("x"), zipOf([good])]), /damaged/],
  ["one whose directory is elsewhere", zipOf([good], { directoryAt: 3 }), /damaged/],
  ["one with something before its end", beforeEnd(), /damaged/],
  ["one that says more entries", zipOf([good], { entries: 2 }), /damaged/],
  ["one that says fewer", zipOf([good, { name: "b" }], { entries: 1 }), /damaged/],
  ["a part of several", zipOf([good], { disk: 1 }), /several/],
  ["one of 20,001 entries", zipOf(Array.from({ length: 20_001 }, (_, nth) => ({ name: `f${nth}` }))), /20,001 entries/],
  [
    "a bomb",
    zipOf([good, ...[300, 301].map(bigOf)]),
    /^This ZIP of 22\d kB would become 220.0 MB, 9\d\d times as much, as those do that are made to harm: f300 \(110.0 MB\), f301 \(110.0 MB\), good.txt \(4 bytes\). It is not read.$/,
  ],
  ["ZIP64 by its count alone", zipOf([good], { entries: 0xffff }), /65,535 entries/],
  ["ZIP64 by its offset alone", zipOf([good], { directoryAt: 0xffffffff }), /damaged/],
  ["ZIP64 by a size alone", zipOf([{ ...good, size: 0xffffffff }]), /damaged/],
  ["ZIP64 by a locator that names nothing", locator64(), /damaged/],
  ["two entries that are one", zipOf([good, { name: "good.txt", data: "good", at: 0 }]), /over one another/],
  [
    "entries within another",
    zipOf([
      { name: "outer", method: 0, data: zipOf([good]) },
      { ...good, at: 35 },
    ]),
    /over one another/,
  ],
  ["an entry that reaches into the directory", zipOf([{ ...good, packedSize: 30 }]), /over one another/],
  ["an entry behind the end", zipOf([{ ...good, at: 100_000 }]), /over one another/],
])("%s is refused whole", async (_, bytes, why) => {
  await expect(open(bytes)).rejects.toThrow(why);
});

/** 110 MB that the archive says to hold; nobody makes them. */
function bigOf(nth: number): Handmade {
  return { name: `f${nth}`, packed: Buffer.alloc(110_000), data: "", size: 110_000_000 };
}

function beforeEnd(): Buffer {
  const zip = zipOf([good]);
  return Buffer.concat([zip.subarray(0, -22), Buffer.from("hidden"), zip.subarray(-22)]);
}

function locator64(): Buffer {
  const zip = zipOf([good]);
  const locator = Buffer.alloc(20);
  locator.write("PK\x06\x07");
  return Buffer.concat([zip.subarray(0, -22), locator, zip.subarray(-22)]);
}

test("a comment, also one that looks like the end, does not hide the end", async () => {
  const { entries } = await made([good], { comment: Buffer.from("PK\x05\x06 and so on, longer than the record is") });
  expect(entries.map(({ path }) => path)).toEqual(["good.txt"]);
});

/** Numbers without a pattern that matters, from a seed (xorshift32). */
function dice(seed: number): (sides: number) => number {
  let state = seed;
  return (sides) => {
    for (const by of [13, -17, 5]) state ^= by > 0 ? state << by : state >>> -by;
    return (state >>> 0) % sides;
  };
}

const seed = 20_260_301;

/** Why an entry's bytes are not given, beside a good one that is. */
async function whyNot(entry: Partial<Handmade>): Promise<string> {
  const { entries } = await made([{ name: "bad", data: "some text, some text, some text", ...entry }, good]);
  expect(await text(entries[1]!.read)).toBe("good");
  return await entries[0]!.read().then(
    (bytes) => `it was read: ${bytes.length}`,
    (error: Error) => `${error.name}: ${error.message}`,
  );
}

const long = Buffer.from("some text, some text, some text");

test.each<[string, Partial<Handmade>, RegExp]>([
  ["whose check sum is another", { crc: 1 }, /damaged/],
  ["whose check sum is another, stored", { crc: 1, method: 0 }, /damaged/],
  ["that says to be smaller", { size: 30 }, /More comes out/],
  ["that says to be larger", { size: 32 }, /damaged/],
  ["that is cut off", { packed: deflateRawSync(long).subarray(0, -3) }, /damaged/],
  ["that is no deflate", { packed: Buffer.alloc(100, 0xff) }, /damaged/],
  ["that is nothing", { packed: Buffer.alloc(0), size: 0, crc: 5 }, /damaged/],
  ["whose headers differ", { localMethod: 0 }, /damaged/],
  ["with much behind its end", { packed: Buffer.concat([deflateRawSync(long), Buffer.alloc(300_000, 7)]) }, /damaged/],
  [
    "of blocks without end that say nothing",
    { packed: Buffer.alloc(1_000_000, Buffer.from([0, 0, 0, 255, 255])) },
    /damaged/,
  ],
])("an entry %s is not given", async (_, entry, why) => {
  expect(await whyNot(entry)).toMatch(why);
});

test("a bomb is stopped at the size it says, after a piece of its data, without its bytes ever being there", async () => {
  const bomb = deflateRawSync(Buffer.alloc(180_000_000));
  for (const size of [100, 1_000_000]) {
    const before = process.memoryUsage().arrayBuffers;
    expect(await whyNot({ packed: bomb, data: "", size })).toMatch(/More comes out/);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(80_000_000);
  }
});

test("data that begins where the directory does not know of it is not taken from the next entry", async () => {
  const same = { data: "the same", method: 0 };
  const zip = zipOf([
    { name: "a", ...same },
    { name: "b", ...same },
  ]);
  zip.writeUInt16LE(same.data.length + 31, 28); // the extras of the first local header, up to the data of the second
  const { entries } = await open(zip);
  await expect(entries[0]!.read()).rejects.toThrow("damaged");
  expect(await text(entries[1]!.read)).toBe("the same");
});

test("what cannot be packed any smaller is read, too, however long it is", async () => {
  const data = Buffer.from(Array.from({ length: 500_000 }, dice(seed).bind(undefined, 256)));
  for (const level of [0, 9]) {
    const { entries } = await made([{ name: "x", data, packed: deflateRawSync(data, { level }) }]);
    expect(Buffer.compare(await entries[0]!.read(), data)).toBe(0);
  }
});

test(`what any deflate makes is read as zlib reads it, in pieces (seed ${seed})`, async () => {
  const roll = dice(seed);
  for (let round = 0; round < 60; round++) {
    const letters = 1 + roll(255);
    const data = Buffer.from(Array.from({ length: roll(120_000) }, () => roll(letters)));
    const level = roll(10);
    const strategy = [zlib.Z_DEFAULT_STRATEGY, zlib.Z_FIXED, zlib.Z_HUFFMAN_ONLY, zlib.Z_RLE][roll(4)]!;
    const { entries } = await made([{ name: "x", data, packed: deflateRawSync(data, { level, strategy }) }]);
    expect(Buffer.compare(await entries[0]!.read(), data), `round ${round}`).toBe(0);
  }
});

test(`whatever byte is damaged, nothing wrong is given and nothing hangs (seed ${seed})`, async () => {
  const roll = dice(seed);
  const words = Array.from({ length: 3_000 }, () => roll(1_000)).join(" ");
  const whole = zipOf([
    { name: "a", data: words },
    { name: "b", data: words, method: 0 },
    { name: "c/", data: "" },
  ]);
  for (let round = 0; round < 1_500; round++) {
    const zip = Buffer.from(whole);
    for (let times = 1 + roll(3); times > 0; times--) zip[roll(zip.length)] = roll(256);
    const contents = await open(zip).catch((error: Error) => error);
    if (contents instanceof Error) {
      expect(contents.name).toBe("BadZip");
      continue;
    }
    for (const { read } of contents.entries) {
      const result = await read().catch((error: Error) => error);
      if (result instanceof Error) expect(result.name).toBe("BadZip");
      else expect(Buffer.from(result).equals(Buffer.from(words)), `round ${round}`).toBe(true);
    }
  }
}, 30_000);
