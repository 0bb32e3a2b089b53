import { afterEach, expect, test } from "vitest";
import type { Room } from "../../src/client/Room.ts";
import { contentOf } from "../../src/client/Upload.ts";
import { equal } from "../../src/wire/Bytes.ts";
import type { BlobId } from "../../src/wire/Ids.ts";
import { Code } from "../../src/wire/Refusal.ts";
import { Company, until } from "./Company.ts";

let company = new Company();
afterEach(() => {
  company.part();
  company = new Company();
});

const bytesOf = (size: number) => Uint8Array.from({ length: size }, (_, i) => (i * 31) % 253);
const nodes = (room: Room) => room.tree.view.get();

async function shared() {
  const ada = await company.found();
  const bob = await company.join(ada, "Bob");
  const content = bytesOf(3_000);
  const { id, landed } = ada.tree.makeBinary(undefined, "logo.png", await ada.blobs.put(contentOf(content)));
  await landed;
  await until(() => nodes(bob).length === 1, "Bob sees it");
  return { ada, bob, content, id };
}

/** What the hub lets go of when it needs space: nobody may name it any more. */
function letGo(id: BlobId): void {
  company.atHub().blobs.kept.delete(id);
  company.atHub().state.setBlob(id, false);
}

test("B5 a deleted file comes back with its content or not at all", async () => {
  const { ada, bob, id, content } = await shared();
  const { id: blob } = nodes(ada)[0]!.content!;
  await ada.tree.delete(id);
  letGo(blob);
  await until(() => nodes(bob).length === 0, "Bob sees that it is deleted");
  await expect(bob.tree.restore(id)).rejects.toThrow("not on the server any more");
  expect(nodes(bob)).toEqual([]);
  expect(await ada.tree.undo()).toBe(true); // she put it there, and her page still has it
  await until(() => nodes(bob).length === 1, "Bob sees it again");
  expect(equal(await bob.blobs.get(nodes(bob)[0]?.content), content)).toBe(true);
});

test("B5 T5 with its folder a file comes back also without its content", async () => {
  const { ada, bob, id } = await shared();
  const folder = await ada.tree.create("folder", undefined, "pictures");
  await ada.tree.move(id, folder);
  const { id: blob } = nodes(ada).find((node) => node.id === id)!.content!;
  await ada.tree.delete(folder);
  letGo(blob);
  await ada.tree.restore(id);
  await until(() => nodes(bob).length === 2, "Bob sees both");
  await expect(bob.blobs.get(nodes(bob).find((node) => node.id === id)?.content)).rejects.toThrow("not on the server");
});

test("B5 T11 content that went is taken back where this page still has it, and else said to be gone", async () => {
  const { ada, bob, content, id } = await shared();
  const { id: first } = nodes(ada)[0]!.content!;
  await ada.tree.setContent(id, await ada.blobs.put(contentOf(bytesOf(500))));
  letGo(first);
  expect(await ada.tree.undo()).toBe(true);
  await until(() => nodes(bob)[0]?.content?.size === content.length, "Bob sees the first again");
  expect(equal(await bob.blobs.get(nodes(bob)[0]?.content), content)).toBe(true);
});

test("B5 where the server has no space for what comes back, that is said, and not that it is gone", async () => {
  const { ada, id } = await shared();
  const { id: blob } = nodes(ada)[0]!.content!;
  await ada.tree.delete(id);
  letGo(blob);
  company.atHub().blobs.room = 1_000;
  await expect(ada.tree.restore(id)).rejects.toMatchObject({ code: Code.RoomFull });
  expect(nodes(ada)).toEqual([]);
});

test("B1 a file on the disk that changed since does not go out again under the key of what it was", async () => {
  const ada = await company.found();
  let disk = bytesOf(3_000);
  const file = { size: disk.length, read: async (from: number, to: number) => disk.subarray(from, to) };
  const blob = await ada.blobs.put(file);
  const { blobs } = company.atHub();
  letGo(blob.id);
  const came = blobs.came.length;
  disk = disk.map((byte) => byte ^ 1);
  expect(await ada.blobs.putAgain(blob)).toBe(false);
  expect([blobs.kept.size, blobs.came.length]).toEqual([0, came]);
  disk = bytesOf(3_000);
  expect(await ada.blobs.putAgain(blob)).toBe(true);
});
