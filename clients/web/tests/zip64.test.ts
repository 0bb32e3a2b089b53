import { execFileSync } from "node:child_process";
import { closeSync, fstatSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deflateRawSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readZip } from "../src/room/zip/readZip.ts";
import { unpack } from "../src/room/zip/unpack.ts";
import { ZipWriter } from "../src/room/zip/ZipWriter.ts";
import { type Handmade, zipOf } from "./zip/handmade.ts";
import { others } from "./zip/others.ts";

/** Archives with the records for what does not fit into 32 bits, by other tools, by ourselves, and by a hostile hand. */

async function filesOf(zip: Blob): Promise<Record<string, string>> {
  const { entries, folders, skipped } = await readZip(zip as File, unpack);
  expect(skipped).toEqual([]);
  const texts = await Promise.all(entries.map(async ({ path, read }) => [path, Buffer.from(await read()).toString()]));
  return Object.fromEntries([...folders.map((path) => [`${path}/`, ""]), ...texts]);
}

const asBlob = (bytes: Uint8Array) => new Blob([new Uint8Array(bytes)]);

test.each(Object.entries(others))("what %s makes is read", async (_, { zip, files }) => {
  expect(await filesOf(asBlob(Buffer.from(zip, "base64")))).toEqual(files);
});

/** A file of the disk as a browser hands it in, and how many of its bytes were asked for; Node itself gives none of more than 4 GB. */
function onDisk(path: string): { file: Blob; asked: () => number } {
  const disk = openSync(path, "r");
  const { size } = fstatSync(disk);
  let bytes = 0;
  const slice = (from: number, to = size) => {
    const piece = new Uint8Array(Math.min(to, size) - from);
    bytes += readSync(disk, piece, 0, piece.length, from);
    return new Blob([piece]);
  };
  return { file: { size, slice } as Blob, asked: () => bytes };
}

const farOff = 5_000_000_000;

describe("an archive that goes on behind 5 GB", () => {
  let folder: string;
  let path: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "coterie-zip64-"));
    path = join(folder, "far.zip");
    const file = openSync(path, "w");
    const bytes = (text: string) => new Uint8Array(Buffer.from(text));
    const far = new ZipWriter(new Date(2026, 1, 3), farOff); // the disk keeps no byte of what lies before
    const chunks = [...far.file("far.txt", bytes("far off")), ...far.folder("a"), ...far.file("a/b", bytes("b"))];
    let at = farOff;
    for (const chunk of [...chunks, ...far.end()]) at += writeSync(file, chunk, 0, chunk.length, at);
    closeSync(file);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test("is read by its last bytes and those of what is asked for", async () => {
    const { file, asked } = onDisk(path);
    expect(await filesOf(file)).toEqual({ "far.txt": "far off", "a/": "", "a/b": "b" });
    expect(asked()).toBeLessThan(100_000);
  });

  test("is listed and read by Info-ZIP, too", () => {
    const run = (...args: string[]) => execFileSync("unzip", args, { encoding: "utf8" });
    expect(run("-Z1", path).trim().split("\n")).toEqual(["far.txt", "a/", "a/b"]);
    expect(run("-p", path, "far.txt")).toBe("far off");
  });
});

test("one that ends before 4 GB has no record of that kind", () => {
  const all = new ZipWriter(new Date(2026, 1, 3));
  const chunks = [...all.file("a", new Uint8Array(3)), ...all.end()];
  expect(chunks.at(-1)!.length).toBe(22);
  expect(Buffer.concat(chunks).includes("PK\x06\x06")).toBe(false);
});

const good: Handmade = { name: "good.txt", data: "good" };

interface End64 {
  readonly entries?: bigint;
  readonly size?: bigint;
  readonly offset?: bigint;
  readonly at?: bigint;
  readonly length?: bigint;
  readonly between?: string;
  readonly disks?: number;
}

/** The same archive with a record of ZIP64 put before its end, and what the end says made to say: look there. */
function with64(zip: Buffer, { entries, size, offset, at, length, between = "", disks = 1 }: End64 = {}): Buffer {
  const end = Buffer.from(zip.subarray(-22));
  const body = zip.subarray(0, -22);
  const record = Buffer.alloc(56);
  record.write("PK\x06\x06");
  record.writeBigUInt64LE(length ?? 44n, 4);
  record.writeBigUInt64LE(entries ?? BigInt(end.readUInt16LE(8)), 24);
  record.writeBigUInt64LE(entries ?? BigInt(end.readUInt16LE(10)), 32);
  record.writeBigUInt64LE(size ?? BigInt(end.readUInt32LE(12)), 40);
  record.writeBigUInt64LE(offset ?? BigInt(end.readUInt32LE(16)), 48);
  const locator = Buffer.alloc(20);
  locator.write("PK\x06\x07");
  locator.writeBigUInt64LE(at ?? BigInt(body.length), 8);
  locator.writeUInt32LE(disks, 16);
  end.fill(0xff, 8, 20);
  return Buffer.concat([body, record, Buffer.from(between), locator, end]);
}

test("what stands in the other record alone is taken from there", async () => {
  expect(await filesOf(asBlob(with64(zipOf([good]))))).toEqual({ "good.txt": "good" });
});

/** Numbers without a pattern that matters, from a seed (xorshift32). */
function dice(seed: number): (sides: number) => number {
  let state = seed;
  return (sides) => {
    for (const by of [13, -17, 5]) state ^= by > 0 ? state << by : state >>> -by;
    return (state >>> 0) % sides;
  };
}

const seed = 20_261_129;

test(`whatever byte of such an archive is damaged, nothing wrong is given and nothing hangs (seed ${seed})`, async () => {
  const roll = dice(seed);
  const words = "some text, ".repeat(20);
  const sizes = { size: instead, packedSize: instead, extra: field(words.length, deflateRawSync(words).length) };
  const own = with64(zipOf([{ name: "a", data: words, ...sizes }]));
  expect(await filesOf(asBlob(own))).toEqual({ a: words });
  const wholes = [own, ...Object.values(others).map(({ zip }) => Buffer.from(zip, "base64"))];
  const right = new Set([words, "hello\n", "hello", "", "hello".repeat(100)]);
  for (let round = 0; round < 4_000; round++) {
    const zip = Buffer.from(wholes[round % wholes.length]!);
    for (let times = 1 + roll(3); times > 0; times--) zip[roll(zip.length)] = roll(2) ? roll(256) : 0xff;
    const contents = await readZip(asBlob(zip) as File, unpack).catch((error: Error) => error);
    if (contents instanceof Error) {
      expect(contents.name, contents.stack ?? "").toBe("BadZip");
      continue;
    }
    for (const { read } of contents.entries) {
      const result = await read().catch((error: Error) => error);
      if (result instanceof Error) expect(result.name, result.stack ?? "").toBe("BadZip");
      else expect(right, `round ${round}`).toContain(Buffer.from(result).toString());
    }
  }
});

/** An extra field of ZIP64 with these numbers. */
function field(...numbers: (number | bigint)[]): Buffer {
  const bytes = Buffer.alloc(4 + 8 * numbers.length);
  bytes.writeUInt16LE(1, 0);
  bytes.writeUInt16LE(8 * numbers.length, 2);
  for (const [nth, number] of numbers.entries()) bytes.writeBigUInt64LE(BigInt(number), 4 + 8 * nth);
  return bytes;
}

const instead = 0xffffffff;
const two: Handmade = { name: "two", data: "second", method: 0 };

test("an entry's own field holds what its line says is there, in its order", async () => {
  const other = Buffer.from([0x55, 0x54, 1, 0, 9]); // a time of Unix
  for (const entry of [
    { ...two, size: instead, extra: field(6) },
    { ...two, packedSize: instead, extra: Buffer.concat([other, field(6)]) },
    { ...two, size: instead, packedSize: instead, extra: Buffer.concat([field(6, 6), other]) },
    { ...two, at: instead, extra: field(42) }, // behind the first
    { ...two, size: instead, packedSize: instead, at: instead, extra: field(6, 6, 42) },
    { ...two, extra: field(77, 88) }, // nothing is said to be there
  ])
    expect(await filesOf(asBlob(zipOf([{ ...good, method: 0 }, entry]))), JSON.stringify(entry)).toEqual({
      ...{ "good.txt": "good", two: "second" },
    });
});

test.each<[string, Buffer, RegExp]>([
  ["a size that is not there", zipOf([{ ...two, size: instead }]), /damaged/],
  ["a field that is too short", zipOf([{ ...two, size: instead, packedSize: instead, extra: field(6) }]), /damaged/],
  ["a field that is cut off", zipOf([{ ...two, size: instead, extra: field(6).subarray(0, 9) }]), /damaged/],
  ["a number that nobody counts with", zipOf([{ ...two, size: instead, extra: field(2n ** 60n) }]), /damaged/],
  ["the largest number", zipOf([{ ...two, at: instead, extra: field(2n ** 64n - 1n) }]), /damaged/],
  [
    "an entry that reaches beyond the file",
    zipOf([{ ...two, packedSize: instead, extra: field(7_000_000_000) }]),
    /over/,
  ],
  ["an entry that begins beyond it", zipOf([{ ...two, at: instead, extra: field(7_000_000_000) }]), /over/],
  [
    "two entries that are one",
    zipOf([
      { ...two, extra: field(0) },
      { ...two, at: instead, extra: field(0) },
    ]),
    /over one another/,
  ],
  ["a directory that begins elsewhere", with64(zipOf([good]), { offset: 3n }), /damaged/],
  ["a directory beyond the file", with64(zipOf([good]), { offset: 2n ** 52n }), /damaged/],
  ["more entries than there are", with64(zipOf([good]), { entries: 2n }), /damaged/],
  ["more entries than are taken", with64(zipOf([good]), { entries: 70_000n }), /70,000 entries/],
  ["a record elsewhere", with64(zipOf([good]), { at: 0n }), /damaged/],
  ["a record beyond the file", with64(zipOf([good]), { at: 2n ** 40n }), /damaged/],
  ["something between the records", with64(zipOf([good]), { between: "hidden" }), /damaged/],
  ["something that the record counts as its own", with64(zipOf([good]), { between: "x", length: 46n }), /damaged/],
  ["several parts", with64(zipOf([good]), { disks: 2 }), /several/],
  ["a directory that is too long", with64(zipOf([good]), { size: 20_000_000n }), /damaged/],
])("%s is refused whole", async (_, bytes, why) => {
  await expect(readZip(asBlob(bytes) as File, unpack)).rejects.toThrow(why);
});

test("where both ends say something, they must say the same", async () => {
  const plain = zipOf([good]);
  const both = with64(plain);
  plain.copy(both, both.length - 22, plain.length - 22);
  expect(await filesOf(asBlob(both))).toEqual({ "good.txt": "good" });
  for (const at of [8, 10, 12, 16]) {
    const lying = Buffer.from(both);
    lying[lying.length - 22 + at]! += 1;
    await expect(readZip(asBlob(lying) as File, unpack), `${at}`).rejects.toThrow("damaged");
  }
});
