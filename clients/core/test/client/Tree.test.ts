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

test("a tree that was being shown while the machine slept for an hour shows the next change soon", async () => {
  const world = company.world();
  const ada = await company.found({}, world);
  await ada.tree.create("file", undefined, "a");
  let sleeps = true;
  ada.tree.view.subscribe(() => {
    if (sleeps) world.sleep(3_600_000);
    sleeps = false;
  });
  ada.tree.make("file", undefined, "b").landed.catch(() => {});
  await until(() => !sleeps, "it slept");
  ada.tree.make("file", undefined, "c").landed.catch(() => {});
  await until(() => ada.tree.view.get().length === 3, "it shows");
});

test("what is done to a node whose create is held back goes behind it", async () => {
  const ada = await company.found();
  const bob = await company.join(ada, "Bob");
  let send = () => {};
  const kept = new Promise<void>((resolve) => {
    send = resolve;
  });
  const { id, landed } = ada.tree.make("file", undefined, "first.ts", kept);
  const renamed = ada.tree.rename(id, "second.ts");
  const other = ada.tree.create("file", undefined, "other.ts"); // nobody waits for it
  await until(() => bob.tree.view.get().length === 1, "the other is there");
  send();
  await Promise.all([landed, renamed, other]);
  await until(() => bob.tree.view.get().length === 2, "both are there");
  expect(bob.tree.view.get().map(({ name }) => name)).toEqual(["other.ts", "second.ts"]);
});

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

test("a rename or a move that another has followed with their own is theirs now, and not taken back", async () => {
  const ada = await company.found();
  const bob = await company.join(ada, "Bob");
  const [here, there] = [
    await ada.tree.create("folder", undefined, "here"),
    await ada.tree.create("folder", undefined, "there"),
  ];
  const id = await ada.tree.create("file", undefined, "a.txt");
  const path = () => ada.tree.view.get().find((node) => node.id === id)?.path;
  const sees = (wanted: string) =>
    until(() => path() === wanted && bob.tree.view.get().some((node) => node.path === wanted), `both see ${wanted}`);
  await ada.tree.rename(id, "b.txt");
  await ada.tree.move(id, here);
  await sees("here/b.txt");
  await bob.tree.move(id, there);
  await bob.tree.rename(id, "c.txt");
  await sees("there/c.txt");
  expect(await ada.tree.undo()).toBe(false);
  expect(path()).toBe("there/c.txt");
  expect(await bob.tree.undo()).toBe(true);
  await sees("there/b.txt");
});

test("a tree that is called whole shows all that is in it", async () => {
  const world = company.world();
  const ada = await company.found({}, world);
  for (let n = 0; n < 40; n++) await ada.tree.create("file", undefined, `${n}`);
  ada.close();
  const again = await company.reopen(ada, company.page(world));
  const seen: [number, boolean][] = [];
  again.tree.view.subscribe(() => seen.push([again.tree.view.get().length, again.tree.isWhole]));
  expect(again.tree.isWhole).toBe(false);
  await until(() => again.tree.isWhole && seen.length > 0, "it was read");
  await until(() => again.tree.view.get().length === 40, "all are there");
  expect(seen.filter(([count, whole]) => whole && count !== 40)).toEqual([]);
});

test("while a room is read its tree and its view are not shown anew for each record", async () => {
  const world = company.world();
  const ada = await company.found({}, world);
  for (let n = 0; n < 40; n++) await ada.tree.create("file", undefined, `${n}`);
  ada.close();
  const again = await company.reopen(ada, company.page(world));
  const shown = { tree: 0, view: 0 };
  again.tree.view.subscribe(() => shown.tree++);
  again.view.subscribe(() => shown.view++);
  await until(() => again.tree.view.get().length === 40, "all are there");
  expect(shown.tree).toBeLessThan(12);
  expect(shown.view).toBeLessThan(12);
});

test("T4 a folder of one's own that holds what others made says what, and goes with the owner's word only", async () => {
  const ada = await company.found();
  const bob = await company.join(ada, "Bob");
  const eve = await company.join(ada, "Eve");
  const folder = await bob.tree.create("folder", undefined, "lib");
  const inner = await bob.tree.create("folder", folder, "inner");
  const sees = (room: typeof ada) => room.tree.view.get().find((node) => node.id === folder);
  await until(() => eve.tree.view.get().some(({ id }) => id === inner), "Eve sees the folder");
  expect(sees(bob)).toMatchObject({ mayDelete: true, othersInside: [] });
  await eve.tree.create("file", inner, "hers.ts");
  await ada.tree.create("file", folder, "notes.md");
  await until(() => sees(bob)?.mayDelete === false && sees(bob)?.othersInside.length === 2, "Bob sees why not");
  expect(sees(bob)!.othersInside.toSorted()).toEqual(["hers.ts (Eve)", "notes.md (Ada)"]);
  await expect(bob.tree.delete(folder)).rejects.toMatchObject({ text: expect.stringMatching(/owner/) });
  expect(sees(ada)?.mayDelete).toBe(true);
  await ada.tree.delete(folder);
  await until(() => sees(bob) === undefined, "it is gone");
});

test("a tree that takes long to show is shown now and then while much changes in it, and in the end as it is", async () => {
  const world = company.world();
  const ada = await company.found({}, world);
  const clock = world.now.bind(world);
  let late = 0;
  world.now = () => {
    late += 10; // as long as it takes to look at it
    return clock() + late;
  };
  const before = ada.tree.view.get().length;
  let shown = 0;
  ada.tree.view.subscribe(() => shown++);
  for (let nth = 0; nth < 100; nth++) {
    ada.tree.make("file", undefined, `${nth}`);
    await Promise.resolve();
  }
  expect(shown).toBeGreaterThan(0);
  expect(shown).toBeLessThan(50);
  await until(() => ada.tree.view.get().length === before + 100, "all are there");
  await until(() => ada.tree.view.get().every(({ pending }) => !pending), "all have landed");
});
