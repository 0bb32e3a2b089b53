import { afterEach, expect, test } from "vitest";
import { MAX_UNDO } from "../../src/client/Tree.ts";
import { Company, until } from "./Company.ts";

let company = new Company();
afterEach(() => {
  company.part();
  company = new Company();
});

test("of more own changes than the bound the oldest cannot be taken back", async () => {
  const ada = await company.found();
  const id = await ada.tree.create("file", undefined, "0");
  for (let n = 1; n <= MAX_UNDO + 5; n++) await ada.tree.rename(id, `${n}`);
  let undone = 0;
  while (await ada.tree.undo()) undone += 1;
  expect(undone).toBe(MAX_UNDO);
  await until(
    () => ada.tree.view.get()[0]?.name === "5",
    "the name is that before the first change that is still known",
  );
}, 30_000);

test("who was here stays known by role after a connection was lost", async () => {
  const world = company.world();
  const ada = await company.found({}, world);
  const bob = await company.join(ada, "Bob");
  const bobs = () => ada.view.get().people.find(({ name }) => name === "Bob");
  await until(() => bobs()?.live === true, "Bob is here");
  bob.close();
  await until(() => bobs()?.live === false, "Bob is gone");
  world.drop();
  await until(() => ada.view.get().connection !== "connected", "the line is cut");
  await until(() => ada.view.get().connection === "connected", "it is back");
  expect(bobs()).toMatchObject({ role: "editor", live: false });
});
