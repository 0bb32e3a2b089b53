import { afterEach, expect, test } from "vitest";
import type { Room } from "../../src/client/Room.ts";
import { type Content, contentOf } from "../../src/client/Upload.ts";
import { importSealingKey } from "../../src/keys/Sealing.ts";
import { Limits } from "../../src/limits.ts";
import { rangeOf, sealChunk } from "../../src/rooms/Blob.ts";
import { equal } from "../../src/wire/Bytes.ts";
import type { HubFrame } from "../../src/wire/HubFrame.ts";
import type { BlobId } from "../../src/wire/Ids.ts";
import { Code } from "../../src/wire/Refusal.ts";
import { Company, until } from "./Company.ts";
import type { TestWorld } from "./TestWorld.ts";

let company = new Company();
afterEach(() => {
  company.part();
  company = new Company();
});

const bytesOf = (size: number) => Uint8Array.from({ length: size }, (_, i) => (i * 31) % 253);
const nodes = (room: Room) => room.tree.view.get();
const blobs = () => company.atHub().blobs;

async function shared(size = 300_000) {
  const worlds = [company.world(), company.world()];
  const ada = await company.found({}, worlds[0]);
  const bob = await company.join(ada, "Bob", "viewer", worlds[1]);
  const content = bytesOf(size);
  const { id, landed } = ada.tree.makeBinary(undefined, "logo.png", await ada.blobs.put(contentOf(content)));
  await landed;
  await until(() => nodes(bob).length === 1, "Bob sees it");
  return { ada, bob, content, id, worlds };
}

test("B1 B7 what one puts into the room another has byte for byte, a viewer too", async () => {
  const { ada, bob, content } = await shared();
  expect(nodes(bob)[0]).toMatchObject({ kind: "binary", name: "logo.png", content: { size: content.length } });
  expect(equal(await bob.blobs.get(nodes(bob)[0]?.content), content)).toBe(true);
  expect(ada.blobs.storage.get()).toMatchObject({ most: 2_500_000 });
  expect(blobs().came.sort()).toEqual([0, 1, 2]);
});

test.each([0, 1, 63, 64, 65, Limits.BlobChunkBytes, Limits.BlobChunkBytes + 1])(
  "B1 content of %i bytes comes as it was",
  async (size) => {
    const { bob, content } = await shared(size);
    expect(equal(await bob.blobs.get(nodes(bob)[0]?.content), content)).toBe(true);
  },
);

test("B4 an upload that was cut goes on with the chunks that the hub lacks", async () => {
  const world = company.world();
  const ada = await company.found({}, world);
  await until(() => ada.blobs.storage.get() !== undefined, "the hub has said what it takes");
  blobs().answers = 3;
  const content = bytesOf(10 * Limits.BlobChunkBytes);
  const parts: number[] = [];
  const put = ada.blobs.put(contentOf(content), { told: (part) => parts.push(part) });
  await until(() => blobs().came.length === 3, "three chunks came");
  blobs().answers = Number.POSITIVE_INFINITY;
  world.drop();
  const blob = await put;
  expect(blobs().came).toHaveLength(10);
  expect(new Set(blobs().came).size).toBe(10);
  expect(parts.at(-1)).toBe(1);
  expect(parts).toEqual([...parts].sort((a, b) => a - b));
  expect(equal(await ada.blobs.get(blob), content)).toBe(true);
});

test("B7 what is being fetched comes also where the connection is lost meanwhile", async () => {
  const { bob, content, worlds } = await shared(9 * Limits.BlobChunkBytes);
  let asked = 0;
  blobs().sends = (chunk) => {
    if (++asked === 3) worlds[1]!.drop();
    return chunk;
  };
  expect(equal(await bob.blobs.get(nodes(bob)[0]?.content), content)).toBe(true);
});

test("B2 what a hub changes, or another chunk in its place, is told and not shown", async () => {
  const { bob } = await shared();
  const blob = nodes(bob)[0]?.content;
  const wrong = { code: Code.Content };
  blobs().sends = (chunk) => chunk.map((byte, at) => (at === 7 ? byte ^ 1 : byte));
  await expect(bob.blobs.get(blob)).rejects.toMatchObject(wrong);
  blobs().sends = (_, index) =>
    blobs()
      .kept.get(blob!.id)!
      .chunks.get(index === 0 ? 1 : 0)!;
  await expect(bob.blobs.get(blob)).rejects.toMatchObject(wrong);
  blobs().sends = (chunk) => chunk.subarray(1);
  await expect(bob.blobs.get(blob)).rejects.toMatchObject(wrong);
  blobs().sends = (chunk) => chunk;
  await new Promise((resolve) => setTimeout(resolve, 50)); // what was on its way for the last one has come
  expect(await bob.blobs.get(blob)).toHaveLength(300_000);
});

test("B2 other chunks under the same key, which only their author could have made, are not what was named", async () => {
  const { bob } = await shared();
  const { id, key, size } = nodes(bob)[0]!.content!;
  const forged = bytesOf(size).reverse();
  const sealing = await importSealingKey(key);
  const { roomId } = company.atHub().state;
  const chunks = await Promise.all(
    [0, 1, 2].map((index) => {
      const { from, to } = rangeOf(size, index);
      return sealChunk(sealing, roomId, size, index, forged.subarray(from, to));
    }),
  );
  blobs().sends = (_, index) => chunks[index]!;
  await expect(bob.blobs.get({ id, key, size })).rejects.toMatchObject({ code: Code.Content });
});

test("B2 the same chunks under another key are other content: what one saw of them is not shown for it", async () => {
  const { ada, bob, content } = await shared();
  const blob = nodes(bob)[0]!.content!;
  const other = { ...blob, key: blob.key.map((byte) => byte ^ 1) };
  const [right, wrong] = await Promise.allSettled([bob.blobs.get(blob), bob.blobs.get(other)]);
  expect(right.status === "fulfilled" && equal(right.value, content)).toBe(true);
  expect(wrong).toMatchObject({ status: "rejected", reason: { code: Code.Content } });
  await expect(bob.blobs.get(other)).rejects.toMatchObject({ code: Code.Content });
  const [kept, came] = [blobs().kept.size, blobs().came.length];
  expect(await ada.blobs.putAgain(other)).toBe(false);
  expect([blobs().kept.size, blobs().came.length]).toEqual([kept, came]);
});

test("B3 B7 what the hub has all of is not sent again, and a chunk that comes twice counts once", async () => {
  const { ada, bob, content, worlds } = await shared();
  const came = blobs().came.length;
  expect(await ada.blobs.putAgain(nodes(ada)[0]!.content!)).toBe(true);
  expect(blobs().came.length).toBe(came);
  worlds[1]!.tamper = (frame) => (frame.type === "chunk" ? [frame, frame] : [frame]);
  expect(equal(await bob.blobs.get(nodes(bob)[0]?.content), content)).toBe(true);
});

test("B4 who looks at one file after the other has no more on its way than who looks at one", async () => {
  const { ada, bob, worlds } = await shared(6 * Limits.BlobChunkBytes);
  for (let n = 0; n < 5; n++)
    await ada.tree.makeBinary(undefined, `${n}`, await ada.blobs.put(contentOf(bytesOf(600_000 + n)))).landed;
  await until(() => nodes(bob).length === 6, "Bob sees all");
  const held: HubFrame[] = [];
  worlds[1]!.tamper = (frame) => (frame.type === "chunk" && held.push(frame) > 0 ? [] : [frame]);
  const before = blobs().asked;
  for (const { content } of nodes(bob).slice(0, 5)) {
    const stop = new AbortController();
    const looking = bob.blobs.get(content, { signal: stop.signal });
    await new Promise((resolve) => setTimeout(resolve, 5));
    stop.abort(new Error("the next one"));
    await expect(looking).rejects.toThrow("the next one");
  }
  const last = bob.blobs.get(nodes(bob)[5]!.content);
  await until(() => held.length === Limits.BlobChunksUnderWay, "they came as far as Bob");
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(blobs().asked - before).toBe(Limits.BlobChunksUnderWay);
  worlds[1]!.tamper = (frame) => [...held.splice(0), frame];
  await bob.chat.send("what the hub says to this brings them").catch(() => {});
  expect((await last).length).toBe(nodes(bob)[5]!.content!.size);
});

test("B3 R5 what was under way when the keys changed is offered again in the next session", async () => {
  const world = company.world();
  const ada = await company.found();
  const bob = await company.join(ada, "Bob", "editor", world);
  await until(() => bob.blobs.storage.get() !== undefined, "the hub has said what it takes");
  let refused = 0;
  world.tamper = (frame) => {
    if (frame.type !== "took" || refused++ > 0) return [frame];
    company.hub.refusing.append = Code.Version;
    void bob.chat.send("what has Bob open another session");
    return [{ type: "blobRefused", blob: frame.blob, code: Code.Cert, text: "not under these keys" }];
  };
  const put = bob.blobs.put(contentOf(bytesOf(300_000)));
  await until(() => company.hub.asked.refused > 0, "his message was refused");
  company.hub.refusing = {};
  expect((await put).size).toBe(300_000);
});

test("what a hub says that it takes is no more than anybody may leave", async () => {
  const world = company.world();
  world.tamper = (frame) => [frame.type === "storage" ? { ...frame, most: Number.MAX_SAFE_INTEGER } : frame];
  const ada = await company.found({}, world);
  await until(() => ada.blobs.storage.get() !== undefined, "the hub has said what it takes");
  expect(ada.blobs.storage.get()!.most).toBe(Limits.MaxBlobBytes);
});

test("B3 a viewer leaves nothing here, and an editor not while the room is read-only", async () => {
  const ada = await company.found();
  const [bob, cyd] = [await company.join(ada, "Bob", "viewer"), await company.join(ada, "Cyd")];
  await expect(bob.blobs.put(contentOf(bytesOf(9)))).rejects.toMatchObject({ code: Code.Forbidden });
  await cyd.blobs.put(contentOf(bytesOf(9)));
  await ada.powers.setReadOnly(true);
  await until(() => cyd.view.get().readOnly, "Cyd knows");
  await expect(cyd.blobs.put(contentOf(bytesOf(10)))).rejects.toMatchObject({ code: Code.Forbidden });
  await ada.blobs.put(contentOf(bytesOf(10)));
});

test("B3 what is too large is refused before it is read, and what finds no space by the hub", async () => {
  const ada = await company.found();
  await until(() => ada.blobs.storage.get() !== undefined, "the hub has said what it takes");
  const unread: Content = { size: 2_500_001, read: () => Promise.reject(new Error("it was read")) };
  await expect(ada.blobs.put(unread)).rejects.toMatchObject({ code: Code.TooLarge });
  blobs().room = 150_000;
  await ada.blobs.put(contentOf(bytesOf(100_000)));
  await expect(ada.blobs.put(contentOf(bytesOf(100_001)))).rejects.toMatchObject({ code: Code.RoomFull });
});

test("a file that changes while it is sent is told, and one that cannot be read says why", async () => {
  const ada = await company.found();
  let reads = 0;
  const changing: Content = { size: 10, read: async () => new Uint8Array(10).fill(reads++) };
  await expect(ada.blobs.put(changing)).rejects.toThrow("changed while it was being read");
  const gone: Content = { size: 10, read: () => Promise.reject(new Error("the disk was taken out")) };
  await expect(ada.blobs.put(gone)).rejects.toThrow("taken out");
});

test("who stops waiting is not sent for, and stops nobody else", async () => {
  const { bob, content } = await shared();
  const blob = nodes(bob)[0]?.content;
  const stop = new AbortController();
  const [mine, other] = [bob.blobs.get(blob, { signal: stop.signal }), bob.blobs.get(blob)];
  stop.abort(new Error("not now"));
  await expect(mine).rejects.toThrow("not now");
  expect(equal(await other, content)).toBe(true);
});

test("what is under way when a room ends is told", async () => {
  const ada = await company.found();
  await until(() => ada.blobs.storage.get() !== undefined, "the hub has said what it takes");
  blobs().answers = 0;
  const put = ada.blobs.put(contentOf(bytesOf(10)));
  await until(() => blobs().kept.size === 1, "it was offered");
  ada.close();
  await expect(put).rejects.toThrow("left");
  await expect(ada.blobs.put(contentOf(bytesOf(11)))).rejects.toThrow("left");
  await expect(ada.blobs.get({ id: "0".repeat(64) as BlobId, key: bytesOf(32), size: 9 })).rejects.toThrow("left");
});

test("T11 other content shows to all, and is taken back as long as it is this person's that counts", async () => {
  const { ada, bob, content, id } = await shared();
  const other = bytesOf(500);
  await ada.tree.setContent(id, await ada.blobs.put(contentOf(other)));
  await until(() => nodes(bob)[0]?.content?.size === 500, "Bob sees the other");
  expect(equal(await bob.blobs.get(nodes(bob)[0]?.content), other)).toBe(true);
  expect(await ada.tree.undo()).toBe(true);
  await until(() => nodes(bob)[0]?.content?.size === content.length, "Bob sees the first again");
  expect(equal(await bob.blobs.get(nodes(bob)[0]?.content), content)).toBe(true);
});

test("B5 a file whose content the hub has not got is refused, and leaves nothing", async () => {
  const ada = await company.found();
  const blob = await ada.blobs.put(contentOf(bytesOf(10)));
  company.atHub().state.setBlob(blob.id, false);
  const { landed } = ada.tree.makeBinary(undefined, "a.png", blob);
  await expect(landed).rejects.toMatchObject({ code: Code.Blob });
  expect(nodes(ada)).toEqual([]);
});

test("content that the hub let go of is told as what it is", async () => {
  const { bob } = await shared();
  blobs().kept.clear();
  await expect(bob.blobs.get(nodes(bob)[0]?.content)).rejects.toThrow("not on the server any more");
  await expect(bob.blobs.get(undefined)).rejects.toThrow("cannot be read");
});

test("who comes by a snapshot has the content, and who comes by the log has the newest", async () => {
  const { ada, content, id } = await shared();
  for (let n = 0; n < 700; n++) await ada.tree.rename(id, `${n}${"x".repeat(100)}.png`);
  const { logs, state } = company.atHub();
  await until(
    () => logs.get(state.streams.tree)!.envelopes.some(({ record }) => record[1] === 7),
    "a snapshot of the tree was written",
  );
  const late = await company.join(ada, "Late", "viewer");
  await until(() => nodes(late)[0]?.content !== undefined, "the late one sees the file");
  expect(equal(await late.blobs.get(nodes(late)[0]?.content), content)).toBe(true);
}, 30_000);

test("H4 a memory room that was lost comes back with the content that a page put there or has looked at", async () => {
  const ada = await company.found({ kind: "memory" });
  const bob = await company.join(ada, "Bob");
  const content = bytesOf(200_000);
  const seen = ada.tree.makeBinary(undefined, "seen.png", await ada.blobs.put(contentOf(content)));
  const never = bob.tree.makeBinary(undefined, "bobs.png", await bob.blobs.put(contentOf(bytesOf(9))));
  await Promise.all([seen.landed, never.landed]);
  await until(() => nodes(ada).length === 2, "Ada sees both");
  await company.hub.lose();
  const back = () => company.hub.rooms.size > 0 && company.atHub().blobs.kept.size === 2;
  await until(back, "both came back, each from who has it");
  await until(() => nodes(ada).length === 2 && nodes(bob).length === 2, "all see both");
  expect(equal(await bob.blobs.get(nodes(bob).find(({ name }) => name === "seen.png")?.content), content)).toBe(true);
}, 30_000);

/** Keeps back what the hub says to each chunk of an upload, until `release`. */
function heldAnswers(world: TestWorld, room: Room) {
  const held: HubFrame[] = [];
  let holds = true;
  world.tamper = (frame) => {
    if (!holds) return [...held.splice(0), frame];
    if (frame.type !== "took") return [frame];
    held.push(frame);
    return [];
  };
  const release = async () => {
    holds = false;
    await room.chat.send("what the hub says to this brings the answers, too");
    holds = true;
  };
  /** Waits until so many chunks are on their way, and a while longer. @returns how many there are then */
  const onTheirWay = async (expected: number) => {
    await until(() => held.length >= expected, `${expected} chunks are on their way`);
    await new Promise((resolve) => setTimeout(resolve, 60));
    return held.length;
  };
  return { release, onTheirWay };
}

test("B4 a client begins with one chunk on its way, has four where answers come soon, and one again where they do not", async () => {
  const world = company.world();
  const ada = await company.found({}, world);
  await until(() => ada.blobs.storage.get() !== undefined, "the hub has said what it takes");
  const { release, onTheirWay } = heldAnswers(world, ada);
  const put = ada.blobs.put(contentOf(bytesOf(17 * Limits.BlobChunkBytes)));
  const rounds = [
    [1, 0],
    [2, 0],
    [4, 0],
    [4, 500],
    [1, 0],
    [2, 500],
    [1, 0],
    [2, 0],
  ] as const;
  for (const [chunks, answeredAfter] of rounds) {
    expect(await onTheirWay(chunks)).toBe(chunks);
    world.sleep(answeredAfter);
    await release();
  }
  expect((await put).size).toBe(17 * Limits.BlobChunkBytes);
});

test("B4 who gives one upload up and begins another has no more on its way than who goes on with one", async () => {
  const world = company.world();
  const ada = await company.found({}, world);
  await ada.blobs.put(contentOf(bytesOf(8 * Limits.BlobChunkBytes)));
  const { release, onTheirWay } = heldAnswers(world, ada);
  const stop = new AbortController();
  const first = ada.blobs.put(contentOf(bytesOf(700_000)), { signal: stop.signal });
  expect(await onTheirWay(Limits.BlobChunksUnderWay)).toBe(Limits.BlobChunksUnderWay);
  stop.abort(new Error("not this one"));
  await expect(first).rejects.toThrow("not this one");
  const second = ada.blobs.put(contentOf(bytesOf(2 * Limits.BlobChunkBytes)));
  expect(await onTheirWay(Limits.BlobChunksUnderWay)).toBe(Limits.BlobChunksUnderWay);
  await release();
  expect(await onTheirWay(2)).toBe(2);
  await release();
  expect((await second).size).toBe(2 * Limits.BlobChunkBytes);
});
