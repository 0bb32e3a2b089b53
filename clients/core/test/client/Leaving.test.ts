import { afterEach, beforeEach, expect, test } from "vitest";
import { Company, opened, saved, until } from "./Company.ts";
import type { TestWorld } from "./TestWorld.ts";

let company: Company;
beforeEach(() => {
  company = new Company();
});
afterEach(() => company.part());

test("after leaving nothing of the room is kept, also where something was just being written", async () => {
  const world = company.world();
  const ada = await company.found({}, world);
  await until(() => ada.view.get().connection === "connected", "Ada is in");
  const { id } = ada.view.get();
  const renamed = ada.setName("Ada L.");
  await ada.leave();
  await renamed;
  expect(await world.vault.get(id, "keyring")).toBeUndefined();
  expect(await world.vault.list()).toEqual([]);
});

/** The next write under this name fails, as on a full disk. @returns whether it did. */
function failNextWrite(world: TestWorld, name: string): () => boolean {
  const { vault } = world;
  const update = vault.update.bind(vault);
  let failed = false;
  vault.update = async (room, under, change) => {
    if (under !== name || failed) return await update(room, under, change);
    failed = true;
    throw new Error("the disk is full");
  };
  return () => failed;
}

test.each(["heads", "outbox"])(
  "after leaving nothing is kept also where its %s could not be written once",
  async (name) => {
    const world = company.world();
    const ada = await company.found({}, world);
    const file = await opened(ada, await ada.tree.create("file", undefined, "a.txt"));
    const { id } = ada.view.get();
    const failed = failNextWrite(world, name);
    world.tamper = (frame) => (frame.type === "ack" ? [] : [frame]); // what is typed stays unsent
    file.text.insert(0, "words");
    await until(failed, "a write failed");
    await ada.leave();
    expect(await world.vault.get(id, "keyring")).toBeUndefined();
    expect(await world.vault.list()).toEqual([]);
  },
);

test("what an earlier page left unsent outlives a write that failed", async () => {
  const world = company.world();
  const ada = await company.found({}, world);
  const id = await ada.tree.create("file", undefined, "a.txt");
  const hers = await opened(ada, id);
  await saved(ada);
  const room = ada.view.get().id;
  const boxes = async () => ((await world.vault.get(room, "outbox")) as Map<string, Uint8Array> | undefined)?.size ?? 0;
  world.reachable = false;
  world.drop();
  hers.text.insert(0, "typed offline");
  ada.close();
  for (let tries = 0; (await boxes()) === 0 && tries < 500; tries++) await new Promise((done) => setTimeout(done, 10));
  const failed = failNextWrite(world, "outbox");
  world.reachable = true;
  const again = await company.reopen(ada, world);
  await opened(again, id);
  await saved(again);
  await until(failed, "a write failed");
  again.close();
  for (let tries = 0; (await boxes()) > 0 && tries < 500; tries++) await new Promise((done) => setTimeout(done, 10));
  expect(await boxes(), "the last write takes it away, since all was sent").toBe(0);
});

test("a destroyed room stands in the others' lists as destroyed, and their keys are kept", async () => {
  const world = company.world();
  const ada = await company.found();
  const bob = await company.join(ada, "Bob", "editor", world);
  await until(() => bob.view.get().connection === "connected", "Bob is in");
  const { id } = bob.view.get();
  await ada.destroy();
  await until(() => bob.view.get().connection === "ended", "Bob is told");
  bob.close();
  await until(() => true, "what was being kept is kept");
  expect((await world.vault.list()).map(({ gone }) => gone)).toEqual(["destroyed"]);
  expect(await world.vault.get(id, "keyring")).toBeDefined();
});

test("T5 who deleted a file is known, and a file brings its deleted folder back with it", async () => {
  const ada = await company.found();
  const bob = await company.join(ada, "Bob");
  const folder = await ada.tree.create("folder", undefined, "src");
  const file = await ada.tree.create("file", folder, "main.ts");
  await until(() => bob.tree.view.get().length === 2, "Bob sees both");
  expect(bob.tree.deletionOf(file)).toBeUndefined();
  await ada.tree.delete(folder);
  await until(() => bob.tree.view.get().length === 0, "they are gone for Bob");
  expect(bob.tree.deletionOf(file)).toEqual({ by: "Ada", mine: false, folder: "src" });
  expect(bob.tree.deletionOf(folder)).toEqual({ by: "Ada", mine: false, folder: undefined });
  expect(ada.tree.deletionOf(file)).toEqual({ by: "Ada", mine: true, folder: "src" });
  await bob.tree.restore(file);
  expect(bob.tree.view.get().map(({ path }) => path)).toEqual(["src", "src/main.ts"]);
  await until(() => ada.tree.view.get().length === 2, "they are back for Ada");
  expect(await ada.tree.undo()).toBe(false); // her delete was taken back already
});
