import { afterEach, beforeEach, expect, test } from "vitest";
import { Company, until } from "./Company.ts";

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
