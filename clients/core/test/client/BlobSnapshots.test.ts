import { afterEach, expect, test } from "vitest";
import * as Y from "yjs";
import type { Room } from "../../src/client/Room.ts";
import { contentOf } from "../../src/client/Upload.ts";
import { digestOf } from "../../src/rooms/Digest.ts";
import { snapshotOf } from "../../src/rooms/FileSnapshot.ts";
import { inBlob, inRecord, type Packed } from "../../src/rooms/Snapshot.ts";
import { encodeSnapshotClear, parseSnapshotClear } from "../../src/rooms/SnapshotClear.ts";
import { fromHex, toHex } from "../../src/wire/Bytes.ts";
import { RecordClass } from "../../src/wire/Classes.ts";
import type { HubFrame } from "../../src/wire/HubFrame.ts";
import type { BlobId, MemberId, StreamId } from "../../src/wire/Ids.ts";
import { parseRecord } from "../../src/wire/RecordView.ts";
import { Code } from "../../src/wire/Refusal.ts";
import { failed } from "../../src/wire/WireError.ts";
import { Company, opened, saved, until } from "./Company.ts";
import { Forger } from "./Forger.ts";

/** Snapshots whose state lies in a blob (sections 8 and 15). */
let company = new Company();
afterEach(() => {
  company.part();
  company = new Company();
});

const nodes = (room: Room) => room.tree.view.get();
const blobs = () => company.atHub().blobs;

/** Letters that do not shrink. */
const letters = (count: number) =>
  Buffer.from(crypto.getRandomValues(new Uint8Array(Math.min(count, 60_000)))).toString("base64");

function snapshotsOf(id: string) {
  const { envelopes } = company.atHub().logs.get(id as StreamId) ?? { envelopes: [] };
  return envelopes.filter(({ record }) => record[1] === RecordClass.Snapshot);
}

async function longFile(ada: Room) {
  const id = await ada.tree.create("file", undefined, "long.txt");
  const file = await opened(ada, id);
  const snapshots = () => snapshotsOf(id);
  const withBlob = () =>
    snapshots().filter(({ record }) => {
      const view = parseRecord(record);
      return !failed(view) && view.clear.at(88) === 1;
    });
  /** Which text a snapshot comes to cover depends on how long it is made: more is written until there are as many. */
  const written = async (count: number) => {
    for (let nth = 0; withBlob().length < count && nth < 40; nth++) {
      file.text.insert(0, letters(60_000));
      await saved(ada);
    }
    await until(() => withBlob().length >= count, `${count} snapshots in blobs were written`);
    await saved(ada);
  };
  await written(1);
  return { id, file, snapshots, withBlob, written };
}

test("N3 N4 a state that fits no record lies in a blob, and who comes starts from it", async () => {
  const ada = await company.found();
  const { id, file } = await longFile(ada);
  const world = company.world();
  const seqs: number[] = [];
  world.tamper = (frame) => {
    if (frame.type === "deliver") {
      const view = parseRecord(frame.envelope.record);
      if (!failed(view) && view.stream === id) seqs.push(frame.envelope.seq);
    }
    return [frame];
  };
  const bob = await company.join(ada, "Bob", "viewer", world);
  await until(() => nodes(bob).length === 1, "Bob sees the file");
  const his = await opened(bob, id);
  expect(his.text.toString() === file.text.toString()).toBe(true);
  expect(Math.min(...seqs, 1_000)).toBeGreaterThan(1); // nothing of what the snapshot covers was read
  expect(bob.view.get().alarms).toEqual([]);
}, 30_000);

test("N3 of a long text one snapshot is written, when all of it is there, also where its author closes it at once", async () => {
  const ada = await company.found();
  const id = await ada.tree.create("file", undefined, "long.txt");
  const file = await opened(ada, id);
  const text = Array.from({ length: 10 }, () => letters(60_000)).join("");
  file.text.insert(0, text);
  await until(() => file.saved, "the hub has it");
  file.close();
  await until(() => snapshotsOf(id).length > 0, "a snapshot was written");
  await saved(ada);
  const [snapshot, ...more] = snapshotsOf(id);
  expect(more).toEqual([]);
  const record = parseRecord(snapshot!.record);
  const clear = failed(record) ? record : parseSnapshotClear(record.clear);
  const edits = company
    .atHub()
    .logs.get(id as StreamId)!
    .envelopes.filter(({ record }) => record[1] === RecordClass.Edit);
  expect(clear).toMatchObject({ seq: edits.at(-1)!.seq }); // all of it
  const bob = await company.join(ada, "Bob", "viewer");
  await until(() => nodes(bob).length === 1, "Bob sees the file");
  expect((await opened(bob, id)).text.toString() === text).toBe(true);
}, 30_000);

test("N3 the state that lies in a blob counts: the next snapshot is due after as much, not after 64 KiB", async () => {
  const ada = await company.found();
  const { id, written } = await longFile(ada);
  await written(2);
  const records = company
    .atHub()
    .logs.get(id as StreamId)!
    .envelopes.map(({ record }) => parseRecord(record));
  let since = Number.POSITIVE_INFINITY;
  let last = 0;
  for (const record of records) {
    if (failed(record)) throw new Error(record.error);
    if (record.class !== RecordClass.Snapshot) {
      since += record.bytes.length;
      continue;
    }
    expect(since).toBeGreaterThan(0.8 * last); // the hub counts what it was padded with, too
    const blob = record.clear.at(88) === 1 ? toHex(record.clear.subarray(89)) : undefined;
    last = record.bytes.length + (blob === undefined ? 0 : blobs().kept.get(blob as BlobId)!.bytes);
    since = 0;
  }
}, 30_000);

test("N4 where the blob of a snapshot cannot be had, or is not what its author said, the log is read", async () => {
  const ada = await company.found();
  const { id, file } = await longFile(ada);
  blobs().sends = (chunk) => chunk.map((byte) => byte ^ 1);
  const bob = await company.join(ada, "Bob", "viewer");
  await until(() => nodes(bob).length === 1, "Bob sees the file");
  const his = await opened(bob, id);
  expect(his.text.toString() === file.text.toString()).toBe(true);
  blobs().kept.clear();
  const cyd = await company.join(ada, "Cyd", "viewer");
  await until(() => nodes(cyd).length === 1, "Cyd sees the file");
  expect((await opened(cyd, id)).text.toString() === file.text.toString()).toBe(true);
}, 30_000);

test("N4 a connection that ends while the blob of a snapshot is on its way keeps nothing from going on", async () => {
  const ada = await company.found();
  const { id, file } = await longFile(ada);
  const world = company.world();
  let cuts = 0;
  blobs().sends = (chunk) => {
    if (cuts++ === 1) world.drop();
    return chunk;
  };
  const bob = await company.join(ada, "Bob", "editor", world);
  await until(() => nodes(bob).length === 1, "Bob sees the file");
  const his = await opened(bob, id);
  expect(cuts).toBeGreaterThan(2);
  expect(his.text.toString() === file.text.toString()).toBe(true);
  his.text.insert(0, "and on");
  await until(() => file.text.toString().startsWith("and on"), "Ada has what Bob writes");
}, 30_000);

test("N4 W7 a session that follows another while a snapshot in a blob comes keeps nothing from going on", async () => {
  const ada = await company.found();
  const { id, file } = await longFile(ada);
  const world = company.world();
  const bob = await company.join(ada, "Bob", "editor", world);
  await until(() => nodes(bob).length === 1 && bob.view.get().connection === "connected", "Bob sees the file");
  const held: HubFrame[] = [];
  world.tamper = (frame) => {
    if (frame.type === "joined") {
      if (held.length > 0) company.hub.refusing = {};
      return [...held.splice(0), frame]; // the snapshot comes when the next session was asked for
    }
    const isBlobs = ["storage", "offered", "took", "chunk", "blobRefused"].includes(frame.type);
    if (isBlobs || (held.length === 0 && frame.type !== "snapshot")) return [frame];
    held.push(frame);
    return [];
  };
  company.hub.refusing.append = Code.Version;
  const said = bob.chat.send("what has Bob open one session after the other");
  await until(() => company.hub.asked.refused >= 2, "he is about to, after a pause");
  const his = await opened(bob, id);
  expect(his.text.toString() === file.text.toString()).toBe(true);
  await said;
  his.text.insert(0, "and on");
  await until(() => file.text.toString().startsWith("and on"), "Ada has what Bob writes");
}, 30_000);

test("N5 whoever holds the text compares with a snapshot in a blob without fetching it", async () => {
  const ada = await company.found();
  const bob = await company.join(ada, "Bob", "viewer");
  const { id, withBlob, written } = await longFile(ada);
  await until(() => nodes(bob).length === 1, "Bob sees the file");
  await opened(bob, id);
  const [before, asked] = [withBlob().length, blobs().asked];
  await written(before + 1);
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(bob.view.get().alarms).toEqual([]);
  expect(blobs().asked).toBe(asked);
}, 30_000);

/** A state of a file that its log does not lead to. */
async function falseState(author: Room): Promise<Packed> {
  const doc = new Y.Doc();
  doc.clientID = 1;
  doc.getText("text").insert(0, "what it never said");
  const { memberId } = author.view.get().people.find(({ me }) => me)!;
  const packed = await snapshotOf(doc, [{ clientId: 1, memberId: memberId as MemberId }], 0, new Map());
  if (failed(packed)) throw new Error(packed.error);
  return packed;
}

/** Class, stream and clear part of a snapshot of all that a page has read of a file. */
function snapshotIn(room: Room, id: string, blob?: string) {
  const { seq, head } = room.heads().get(id)!;
  const stream = id as StreamId;
  const named = blob === undefined ? [] : [fromHex(blob)!];
  return [
    RecordClass.Snapshot,
    stream,
    encodeSnapshotClear({ stream, seq, head, previous: new Uint8Array(32), blobs: named }),
  ] as const;
}

test.each([
  [1, "what the log says"],
  [0, "what it never said"], // an owner is believed
])("N4 a snapshot that has its state in its record and names %i blobs reads as %s", async (named, read) => {
  const adas = company.world();
  const ada = await company.found({}, adas);
  const id = await ada.tree.create("file", undefined, "short.txt");
  const file = await opened(ada, id);
  file.text.insert(0, "what the log says");
  await saved(ada);
  const blob = await ada.blobs.put(contentOf(new Uint8Array(9)));
  const forger = await Forger.of(company.hub, adas, ada);
  await forger.append(...snapshotIn(ada, id, named === 1 ? blob.id : undefined), inRecord(await falseState(ada)));
  const bob = await company.join(ada, "Bob", "viewer");
  await until(() => nodes(bob).length === 1, "Bob sees the file");
  expect((await opened(bob, id)).text.toString()).toBe(read);
});

test("N4 N5 a false state under a true digest is not started from; a false digest is told by who holds the text", async () => {
  const adas = company.world();
  const ada = await company.found({}, adas);
  const bob = await company.join(ada, "Bob", "viewer");
  const id = await ada.tree.create("file", undefined, "short.txt");
  const file = await opened(ada, id);
  file.text.insert(0, "what the log says");
  await saved(ada);
  await until(() => nodes(bob).length === 1, "Bob sees the file");
  const bobs = await opened(bob, id);
  const forger = await Forger.of(company.hub, adas, ada);
  const forge = async (digest: Uint8Array) => {
    const packed = await falseState(ada);
    const blob = await ada.blobs.put(contentOf(packed.state));
    await forger.append(...snapshotIn(ada, id, blob.id), inBlob(packed.packing, blob, digest));
  };
  await forge(await digestOf(bobs.doc));
  const cyd = await company.join(ada, "Cyd", "viewer");
  await until(() => nodes(cyd).length === 1, "Cyd sees the file");
  expect((await opened(cyd, id)).text.toString()).toBe("what the log says");
  expect(bob.view.get().alarms).toEqual([]);
  await forge(new Uint8Array(32));
  await until(() => bob.view.get().alarms.length > 0, "Bob is told");
  expect(bob.view.get().alarms[0]!.text).toContain("(N5)");
}, 30_000);
