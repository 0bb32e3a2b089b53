import { describe, expect, test } from "vitest";
import * as Y from "yjs";
import { Random } from "../../../../tests/support/Random.ts";
import { Limits } from "../../src/limits.ts";
import { digestOf } from "../../src/rooms/Digest.ts";
import { readSnapshot, snapshotOf } from "../../src/rooms/FileSnapshot.ts";
import { inRecord, isDue, Packing, packSnapshot, parseSnapshot } from "../../src/rooms/Snapshot.ts";
import { type Claim, encodeFileState, type FileState } from "../../src/rooms/SnapshotState.ts";
import { concat } from "../../src/wire/Bytes.ts";
import type { MemberId, SessionId } from "../../src/wire/Ids.ts";
import { failed } from "../../src/wire/WireError.ts";

const ana = "aa".repeat(16) as MemberId;
const bob = "bb".repeat(16) as MemberId;
const counters = new Map([["cc".repeat(16) as SessionId, 12]]);
const claims: Claim[] = [
  { clientId: 1, memberId: ana },
  { clientId: 2, memberId: bob },
];

/** A file in which client 1 wrote a text and client 2 replaced its first letters. */
function file(written: string): Y.Doc {
  const doc = new Y.Doc();
  doc.clientID = 1;
  doc.getText("text").insert(0, written);
  doc.clientID = 2;
  doc.getText("text").delete(0, 2);
  doc.getText("text").insert(0, "😀");
  return doc;
}

async function stateOf(doc: Y.Doc, change: Partial<FileState> = {}): Promise<FileState> {
  return { yjs: Y.encodeStateAsUpdate(doc), digest: await digestOf(doc), versionFloor: 3, claims, counters, ...change };
}

async function readPayload(payload: Uint8Array) {
  const snapshot = parseSnapshot(payload);
  if (failed(snapshot)) return snapshot;
  return snapshot.format === 1 ? await readSnapshot(snapshot) : { error: "Content" as const };
}

async function read(state: FileState) {
  return await readPayload(await packSnapshot(encodeFileState(state)));
}

describe("the snapshot of a file", () => {
  test("N2 N3 what one member packs another reads: text, claims, clocks, floor and counters", async () => {
    const doc = file("the quick brown fox ".repeat(500));
    const packed = await snapshotOf(doc, claims, 3, counters);
    if (failed(packed)) throw new Error(packed.error);
    const payload = inRecord(packed);
    expect(payload.length).toBeLessThan(1_000);
    const snapshot = await readPayload(payload);
    if (failed(snapshot)) throw new Error(snapshot.error);

    const joiner = new Y.Doc();
    Y.applyUpdate(joiner, snapshot.yjs);
    expect(joiner.getText("text").toString()).toBe(doc.getText("text").toString());
    expect(await digestOf(joiner)).toEqual(await digestOf(doc));
    expect(snapshot).toMatchObject({ versionFloor: 3, claims, counters });
    expect(snapshot.clocks).toEqual(
      new Map([
        [1, 10_000],
        [2, 2],
      ]),
    );
  });

  test("N3 what deflating would enlarge is kept as it is, what it makes smaller is deflated", async () => {
    const random = Random.printed();
    const noise = Uint8Array.from({ length: 900 }, () => random.below(256));
    expect(await packSnapshot(noise)).toEqual(concat(Uint8Array.of(1, Packing.None), noise));
    expect((await packSnapshot(new Uint8Array(900)))[1]).toBe(Packing.DeflateRaw);
  });

  test("N3 a state above MaxStateBytes is too large however small it packs", async () => {
    const doc = new Y.Doc();
    doc.clientID = 1;
    doc.getText("text").insert(0, "a".repeat(Limits.MaxStateBytes));
    expect(await snapshotOf(doc, claims.slice(0, 1), 0, new Map())).toEqual({ error: "TooLarge" });
  });

  test("L1 P1 a snapshot that inflates above MaxStateBytes is refused at that bound", async () => {
    const bomb = await packSnapshot(new Uint8Array(Limits.MaxStateBytes + 1));
    expect(bomb.length).toBeLessThan(Limits.MaxPayloadBytes);
    expect(await readPayload(bomb)).toEqual({ error: "TooLarge" });
    const full = await packSnapshot(new Uint8Array(Limits.MaxStateBytes));
    expect(await readPayload(full)).toEqual({ error: "Trailing" });
  });

  test("N2 a digest that is not the state's is refused", async () => {
    const doc = file("hello world");
    expect(failed(await read(await stateOf(doc)))).toBe(false);
    expect(await read(await stateOf(doc, { digest: await digestOf(file("hello there")) }))).toEqual({
      error: "Content",
    });
  });

  test("N2 a state that waits for structs it does not hold is refused", async () => {
    const writer = new Y.Doc();
    writer.getText("text").insert(0, "hello");
    const before = Y.encodeStateVector(writer);
    writer.getText("text").insert(5, " world");
    const yjs = Y.encodeStateAsUpdate(writer, before);
    expect(await read(await stateOf(new Y.Doc(), { yjs, claims: [] }))).toEqual({ error: "Content" });
  });

  test("P1 a state that is followed by bytes, or announces more than it holds, is refused", async () => {
    const doc = file("hello");
    const yjs = concat(Y.encodeStateAsUpdate(doc), Uint8Array.of(0));
    expect(await read(await stateOf(doc, { yjs }))).toEqual({ error: "Content" });
    const structs = Uint8Array.of(1, 0xff, 0xff, 0xff, 0x7f, 1, 0);
    expect(await read(await stateOf(new Y.Doc(), { yjs: structs, claims: [] }))).toEqual({ error: "Content" });
  });

  test("E1 a state that holds more than text is refused", async () => {
    const doc = file("hello");
    doc.getText("text").format(0, 2, { bold: true });
    expect(await read(await stateOf(doc))).toEqual({ error: "Content" });
  });

  test.each<[string, Claim[], string]>([
    ["nobody's", claims.slice(0, 1), "Content"],
    ["two members'", [...claims, { clientId: 1, memberId: bob }], "Duplicate"],
    ["not in the file", [...claims, { clientId: 3, memberId: bob }], "Content"],
  ])("E5 a snapshot with a client id that is %s is refused", async (_, wrong, error) => {
    expect(await read(await stateOf(file("hello"), { claims: wrong }))).toEqual({ error });
  });

  test("P1 any bytes, and any damage to a good snapshot, give a snapshot or a named error", async () => {
    const random = Random.printed();
    const packed = await snapshotOf(file("hello world, hello moon"), claims, 3, counters);
    if (failed(packed)) throw new Error(packed.error);
    const payload = inRecord(packed);
    const errors = new Set<string>();
    for (let i = 0; i < 600; i++) {
      const damaged = payload.slice(0, random.below(4) === 0 ? random.below(payload.length) : payload.length);
      for (let hits = random.below(3); hits >= 0 && damaged.length > 0; hits--)
        damaged[random.below(damaged.length)] = random.below(256);
      const outcome = await readPayload(damaged);
      if (failed(outcome)) errors.add(outcome.error);
    }
    expect(errors.size).toBeGreaterThan(2);
    expect(await readPayload(new Uint8Array())).toEqual({ error: "Truncated" });
    expect(await readPayload(new Uint8Array(Limits.MaxPayloadBytes + 1))).toEqual({ error: "TooLarge" });
  });

  test("N3 a snapshot is due at 64 KiB, or at the last one's size where that is more", () => {
    expect(isDue(64 * 1024 - 1, 0)).toBe(false);
    expect(isDue(64 * 1024, 0)).toBe(true);
    expect(isDue(64 * 1024, 100_000)).toBe(false);
    expect(isDue(100_000, 100_000)).toBe(true);
  });
});
