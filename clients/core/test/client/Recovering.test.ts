import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { recoveredName } from "../../src/client/Recovering.ts";
import type { Room } from "../../src/client/Room.ts";
import { utf8 } from "../../src/wire/Bytes.ts";
import { Company, opened, same, saved, until } from "./Company.ts";
import type { TestWorld } from "./TestWorld.ts";

/** Ada owns a room; Bob types into a file of it while he is away, and what becomes of that where it cannot land any more. */
let company: Company;
let world: TestWorld;
let ada: Room;
let bob: Room;
let id: string;
beforeEach(async () => {
  company = new Company();
  world = company.world();
  ada = await company.found();
  const folder = await ada.tree.create("folder", undefined, "docs");
  id = await ada.tree.create("file", folder, "notes.md");
  (await opened(ada, id)).text.insert(0, "Ada's. ");
  await saved(ada);
  bob = await company.join(ada, "Bob", "editor", world);
  await until(() => paths(bob).includes("docs/notes.md"), "Bob sees the file");
});
afterEach(() => company.part());

const paths = (room: Room) => room.tree.view.get().map(({ path }) => path);
const idOf = (room: Room, path: string) => room.tree.view.get().find((node) => node.path === path)!.id;

async function typesAway(): Promise<void> {
  const his = await opened(bob, id);
  await until(() => his.text.length === 7, "Bob has the text");
  world.reachable = false;
  world.drop();
  his.text.insert(7, "Bob's.");
  await until(() => bob.view.get().unsaved > 0, "it waits");
}

async function back(): Promise<void> {
  world.reachable = true;
  await until(() => bob.view.get().connection === "connected", "the connection is back");
}

describe("what was typed into a file that another deleted meanwhile", () => {
  test("becomes a file beside it, which everybody has, and nothing waits any more", async () => {
    await typesAway();
    await ada.tree.delete(id);
    await back();
    await until(() => paths(ada).includes("docs/notes (recovered).md"), "Ada sees the new file");
    await saved(bob);
    const into = idOf(ada, "docs/notes (recovered).md");
    expect(await same(await opened(ada, into), await opened(bob, into))).toBe("Ada's. Bob's.");
    expect(bob.recovered.get()).toEqual([{ file: id, name: "notes.md", into }]);
    expect(bob.view.get().notTaken).toEqual([]);
    await ada.tree.restore(id);
    await until(() => paths(bob).includes("docs/notes.md"), "the old one is back");
    await saved(bob);
    expect(await same(await opened(ada, id), await opened(bob, id))).toBe("Ada's. ");
  });

  test("becomes that also where the refusal comes before the tree is shown again, and is unsaved until then", async () => {
    const his = await opened(bob, id);
    await until(() => his.text.length === 7, "Bob has the text");
    bob.tree.view.subscribe(() => {
      for (const until = Date.now() + 100; Date.now() < until; ); // a tree so large that it rests for long
    });
    await ada.tree.create("file", undefined, "other.md");
    await until(() => paths(bob).includes("other.md"), "Bob sees it");
    await ada.tree.delete(id);
    his.text.insert(7, "Bob's.");
    let safe = true;
    bob.view.subscribe(() => {
      safe &&= bob.view.get().unsaved > 0 || bob.recovered.get().length > 0;
    });
    await until(() => paths(ada).includes("docs/notes (recovered).md"), "Ada sees the new file");
    expect(safe).toBe(true);
    await saved(bob);
    const into = idOf(ada, "docs/notes (recovered).md");
    expect(await same(await opened(ada, into), await opened(bob, into))).toBe("Ada's. Bob's.");
    expect(bob.view.get().notTaken).toEqual([]);
  });

  test("stands at the top where its folder is gone, and also when its page was closed meanwhile", async () => {
    await typesAway();
    bob.close();
    await ada.tree.delete(idOf(ada, "docs"));
    world.reachable = true;
    const again = await company.reopen(bob, company.page(world));
    await until(() => paths(ada).join() === "notes (recovered).md", "Ada sees the new file");
    await saved(again);
    const into = idOf(ada, "notes (recovered).md");
    expect((await opened(ada, into)).text.toString()).toBe("Ada's. Bob's.");
  });

  test("is made once where the connection breaks again, or the page goes, in the middle of it", async () => {
    await typesAway();
    await ada.tree.delete(id);
    await back();
    await until(() => bob.recovered.get().length > 0, "it is being made");
    world.drop();
    bob.close();
    const again = await company.reopen(bob, company.page(world));
    await until(() => again.view.get().connection === "connected", "he is in again");
    await saved(again);
    await until(() => paths(ada).includes("docs/notes (recovered).md"), "Ada sees the new file");
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(paths(ada)).toEqual(["docs", "docs/notes (recovered).md"]);
    const into = idOf(ada, "docs/notes (recovered).md");
    await until(() => idOf(again, "docs/notes (recovered).md") === into, "he has it");
    expect(await same(await opened(ada, into), await opened(again, into))).toBe("Ada's. Bob's.");
  });

  test("is handed back where he may make no file any more, and kept until he took note of it", async () => {
    await typesAway();
    await ada.tree.delete(id);
    await ada.powers.setReadOnly(true);
    await back();
    await until(() => bob.view.get().notTaken.length > 0, "he is told");
    expect(bob.view.get()).toMatchObject({
      unsaved: 0,
      notTaken: [{ file: id, name: "notes.md", text: "Ada's. Bob's." }],
    });
    bob.close();
    const again = await company.reopen(bob, company.page(world));
    await until(() => again.view.get().notTaken.length > 0, "also on the next visit");
    again.forgetNotTaken(id);
    await until(() => again.view.get().notTaken.length === 0, "he took note of it");
    again.close();
    const third = await company.reopen(again, company.page(world));
    await until(() => third.view.get().connection === "connected" && third.tree.view.get().length > 0, "he is in");
    expect(third.view.get().notTaken).toEqual([]);
  });
});

test("what one deletes oneself is not made again, and comes back with the file where that is undone", async () => {
  const mine = await bob.tree.create("file", undefined, "mine.md");
  const his = await opened(bob, mine);
  world.reachable = false;
  world.drop();
  his.text.insert(0, "typed");
  void bob.tree.delete(mine).catch(() => {});
  await back();
  await until(() => !paths(ada).includes("mine.md"), "it is gone");
  await saved(bob);
  expect(paths(bob)).toEqual(["docs", "docs/notes.md"]);
  expect(await bob.tree.undo()).toBe(true);
  await until(() => paths(ada).includes("mine.md"), "it is back");
  await saved(bob);
  expect(await same(await opened(ada, mine), his)).toBe("typed");
});

test("what is made and deleted while away leaves nothing to take note of", async () => {
  world.reachable = false;
  world.drop();
  const { id: mine, landed } = bob.tree.make("file", undefined, "mine.md");
  (await opened(bob, mine)).text.insert(0, "typed");
  const gone = bob.tree.delete(mine);
  await until(() => !paths(bob).includes("mine.md"), "it shows no more");
  expect(bob.view.get().notTaken).toEqual([]);
  await back();
  await Promise.all([landed, gone]);
  await saved(bob);
  expect(bob.view.get().notTaken).toEqual([]);
  await until(() => paths(ada).join() === "docs,docs/notes.md", "Ada has what was there");
});

test.each([
  ["notes.md", "notes (recovered).md"],
  ["Makefile", "Makefile (recovered)"],
  [".env", ".env (recovered)"],
  [`${"ä".repeat(98)}.md`, `${"ä".repeat(92)} (recovered).md`],
  [`a.${"é".repeat(99)}`, "a (recovered)"],
])("%s is recovered as %s", (name, recovered) => {
  expect(recoveredName(name)).toBe(recovered);
  expect(utf8(recovered).length).toBeLessThanOrEqual(200);
});
