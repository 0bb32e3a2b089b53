import { afterEach, describe, expect, test, vi } from "vitest";
import { keepsUnsent } from "../../src/client/Outbox.ts";
import type { Room } from "../../src/client/Room.ts";
import type { HubFrame } from "../../src/wire/HubFrame.ts";
import { Company, opened, same, saved, until } from "./Company.ts";
import { ManualWorld } from "./ManualWorld.ts";
import type { TestWorld } from "./TestWorld.ts";

let company = new Company();
afterEach(() => {
  company.part();
  company = new Company();
});

const kept = (frame: HubFrame) => [frame];

function offline(world: TestWorld): void {
  world.reachable = false;
  world.drop();
}

/** Waits until the vault holds so many boxes. */
async function boxes(world: TestWorld, room: Room, count: number): Promise<void> {
  const held = async () => {
    const box = (await world.vault.get(room.view.get().id, "outbox")) as Map<string, Uint8Array> | undefined;
    return box?.size ?? 0;
  };
  for (let tries = 0; (await held()) !== count; tries++) {
    if (tries === 500) throw new Error(`the vault holds ${await held()} boxes, not ${count}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

describe("edits that were not acknowledged when the page went away", () => {
  test("are sent on the next visit, after what the others wrote meanwhile", async () => {
    const world = company.world();
    const ada = await company.found({}, world);
    const id = await ada.tree.create("file", undefined, "a.txt");
    const bob = await company.join(ada, "Bob");
    const [hers, his] = [await opened(ada, id), await opened(bob, id)];
    hers.text.insert(0, "base ");
    await saved(ada);
    await same(hers, his);
    world.reachable = false;
    world.drop();
    hers.text.insert(5, "typed offline");
    hers.text.delete(0, 1);
    ada.close();
    his.text.insert(0, "Bob: ");
    await saved(bob);
    world.reachable = true;
    const again = await company.reopen(ada, world);
    const file = await opened(again, id);
    await saved(again);
    expect(await same(file, his)).toBe("Bob: ase typed offline");
    expect(again.view.get().role).toBe("owner");
  });

  test("are kept without a pause while there is no connection: the page may go away in the midst of a word", async () => {
    const world = company.world();
    const ada = await company.found({}, world);
    const id = await ada.tree.create("file", undefined, "a.txt");
    const hers = await opened(ada, id);
    await saved(ada);
    offline(world);
    await until(() => ada.view.get().connection !== "connected", "she knows it");
    await new Promise((resolve) => setTimeout(resolve, 250)); // pauses that began before are over
    vi.spyOn(world, "setTimer").mockReturnValue(0); // no other ever ends
    hers.text.insert(0, "w");
    hers.text.insert(1, "ord");
    await boxes(world, ada, 1);
  });

  test("are kept at once when the line is lost, whatever pause there is", async () => {
    const world = new ManualWorld(company.hub);
    const ada = await company.found({}, world);
    const id = await ada.tree.create("file", undefined, "a.txt");
    const hers = await opened(ada, id);
    await saved(ada);
    await world.pass(1);
    await boxes(world, ada, 0);
    world.tamper = (frame) => (frame.type === "ack" ? [] : [frame]);
    hers.text.insert(0, "a moment before");
    await until(() => ada.view.get().unsaved > 0, "it is on its way");
    offline(world); // no time passes
    await boxes(world, ada, 1);
  });

  test("are kept less often where keeping them takes long, but every two seconds", async () => {
    const world = new ManualWorld(company.hub);
    const ada = await company.found({}, world);
    const id = await ada.tree.create("file", undefined, "a.txt");
    const hers = await opened(ada, id);
    await saved(ada);
    world.tamper = (frame) => (frame.type === "ack" ? [] : [frame]);
    const { vault } = world;
    const update = vault.update.bind(vault);
    let writes = 0;
    vault.update = async (room, name, change) => {
      if (name === "outbox") {
        writes += 1;
        world.advance(10_000);
      }
      await update(room, name, change);
    };
    hers.text.insert(0, "much ");
    await world.pass(1);
    expect(writes).toBe(1);
    hers.text.insert(0, "more ");
    await world.pass(1);
    expect(writes).toBe(1);
    await world.pass(2);
    expect(writes).toBe(2);
  });

  test("are sent by another tab that stands open all the while, without a new connection or visit", async () => {
    company = new Company(8); // waits of seconds take tenths of them
    const world = company.world();
    const ada = await company.found({}, world);
    const id = await ada.tree.create("file", undefined, "a.txt");
    const second = company.page(world);
    const tab = await company.reopen(ada, second);
    const file = await opened(tab, id);
    offline(second);
    file.text.insert(0, "from the other tab");
    tab.close();
    const hers = await opened(ada, id);
    await until(() => hers.text.toString() === "from the other tab", "it was taken over");
    await saved(ada);
    await boxes(world, ada, 0);
  });

  test("can be copied, as letters without a place, on a visit that finds the room destroyed", async () => {
    const world = company.world();
    const ada = await company.found();
    const id = await ada.tree.create("file", undefined, "a.txt");
    const bob = await company.join(ada, "Bob", "editor", world);
    await until(() => bob.tree.view.get().length === 1, "Bob sees the file");
    const his = await opened(bob, id);
    his.text.insert(0, "sent ");
    await saved(bob);
    offline(world);
    his.text.insert(5, "never 😀 sent");
    his.text.delete(11, 2);
    his.text.insert(0, "before it");
    const said = bob.chat.send("a last word");
    said.catch(() => {});
    expect(bob.unsentText()).toBe("never  sent\nbefore it\na last word");
    bob.close();
    await boxes(world, bob, 1);
    await ada.destroy();
    world.reachable = true;
    const again = await company.reopen(bob, world);
    await until(() => again.view.get().connection === "ended", "it is gone");
    expect(again.unsentText()).toBe("never  sent\nbefore it\na last word");
    expect(ada.unsentText()).toBe("");
  });

  test("and that the room did not take stand ready to be copied on the next visits, until that was noted", async () => {
    const ada = await company.found();
    const id = await ada.tree.create("file", undefined, "a.txt");
    const world = company.world();
    const bob = await company.join(ada, "Bob", "editor", world);
    await until(() => bob.tree.view.get().length === 1, "Bob sees the file");
    const his = await opened(bob, id);
    offline(world);
    his.text.insert(0, "typed offline");
    await ada.powers.setReadOnly(true);
    world.reachable = true;
    await until(() => his.rejected.get() !== undefined, "it is not taken");
    const told = his.rejected.get();
    expect(told?.text).toBe("typed offline");
    expect(told?.why).toContain("read-only");
    expect(his.text.toString()).toBe("");
    await boxes(world, bob, 1);
    bob.close();
    for (let visit = 0; visit < 2; visit++) {
      const again = await company.reopen(bob, world);
      await until(() => again.view.get().connection === "connected", "Bob is back");
      const file = await opened(again, id);
      await until(() => file.rejected.get() !== undefined, "he is told again");
      expect(file.rejected.get()).toEqual(told);
      expect([file.text.toString(), again.view.get().unsaved]).toEqual(["", 0]);
      file.close(); // without having taken note of it
      if (visit === 1) (await again.open(id)).rejected.set(undefined);
      await boxes(world, again, visit === 1 ? 0 : 1);
      again.close();
    }
  });

  test("are not written twice where they had landed and only the ack was lost", async () => {
    const world = company.world();
    const ada = await company.found({}, world);
    const id = await ada.tree.create("file", undefined, "a.txt");
    const hers = await opened(ada, id);
    await saved(ada);
    world.tamper = (frame) => (frame.type === "ack" ? [] : kept(frame));
    hers.text.insert(0, "once");
    const room = [...company.hub.rooms.values()][0]!;
    await until(() => room.logs.get(id as never)?.envelopes.length === 1, "it landed");
    expect(ada.view.get().unsaved).toBe(1);
    ada.close();
    world.tamper = kept;
    const again = await company.reopen(ada, world);
    const file = await opened(again, id);
    await saved(again);
    expect(file.text.toString()).toBe("once");
    expect(room.logs.get(id as never)?.envelopes.length).toBe(1);
  });

  test("are not written twice where the page that has them goes on in another tab", async () => {
    const world = company.world();
    const ada = await company.found({}, world);
    const id = await ada.tree.create("file", undefined, "a.txt");
    const first = await opened(ada, id);
    first.text.insert(0, "base ");
    await saved(ada);
    offline(world);
    first.text.insert(5, "typed offline");
    void ada.chat.send("said offline");
    void ada.tree.create("file", undefined, "b.txt");
    await boxes(world, ada, 1);
    const second = await company.reopen(ada, company.page(world));
    const seen = await opened(second, id);
    await saved(second);
    expect(seen.text.toString(), "what a living tab has is not sent by another").toBe("base ");
    seen.text.insert(5, "and online, ");
    await saved(second);
    world.reachable = true;
    await until(() => ada.view.get().connection === "connected", "the first tab is back");
    await saved(ada, second);
    const text = await same(first, seen);
    expect(text.match(/typed offline/g)).toHaveLength(1);
    expect(text.match(/and online/g)).toHaveLength(1);
    await until(() => second.chat.view.get().length === 1, "the message came over");
    await until(() => second.tree.view.get().length === 2, "the file came over");
    await boxes(world, ada, 0);
  });

  test("are sent by one of two tabs that open at once after theirs was closed", async () => {
    const world = company.world();
    const ada = await company.found({}, world);
    const id = await ada.tree.create("file", undefined, "a.txt");
    const bob = await company.join(ada, "Bob");
    const [hers, his] = [await opened(ada, id), await opened(bob, id)];
    await saved(ada);
    offline(world);
    hers.text.insert(0, "typed offline");
    ada.close();
    await boxes(world, ada, 1);
    const pages = await Promise.all([0, 1].map(() => company.reopen(ada, company.page(world))));
    const files = await Promise.all(pages.map((page) => opened(page, id)));
    await saved(...pages);
    expect(await same(...files, his)).toBe("typed offline");
    await boxes(world, ada, 0);
  });

  test("are sent by the tab that stays when the one that has them is closed", async () => {
    const world = company.world();
    const ada = await company.found({}, world);
    const id = await ada.tree.create("file", undefined, "a.txt");
    await saved(ada);
    const other = company.page(world);
    const second = await company.reopen(ada, other);
    const [hers, seen] = [await opened(ada, id), await opened(second, id)];
    for (const each of [world, other]) offline(each);
    hers.text.insert(0, "typed offline");
    ada.close();
    await boxes(world, ada, 1);
    other.reachable = true;
    await until(() => seen.text.toString() === "typed offline", "the second tab took it over");
    await saved(second);
    await boxes(world, ada, 0);
  });

  test("of two tabs that keep theirs at once none is lost", async () => {
    const world = company.world();
    const ada = await company.found({}, world);
    const id = await ada.tree.create("file", undefined, "a.txt");
    await saved(ada);
    const worlds = [world, company.page(world), company.page(world)];
    const pages = [ada, await company.reopen(ada, worlds[1]!), await company.reopen(ada, worlds[2]!)];
    const files = await Promise.all(pages.map((page) => opened(page, id)));
    for (const each of worlds) offline(each);
    for (const [n, file] of files.entries()) file.text.insert(0, `<${n}>`);
    for (const page of pages) page.close();
    await boxes(world, ada, 3);
    const again = await company.reopen(ada, company.page(world));
    const file = await opened(again, id);
    await saved(again);
    expect([...file.text.toString().matchAll(/<\d>/g)].map(([part]) => part).sort()).toEqual(["<0>", "<1>", "<2>"]);
  });

  test("stand in the vault unreadable, and are erased on leave", async () => {
    const world = company.world();
    const ada = await company.found({}, world);
    const id = await ada.tree.create("file", undefined, "a.txt");
    const hers = await opened(ada, id);
    await saved(ada);
    world.reachable = false;
    world.drop();
    hers.text.insert(0, "a secret");
    const room = ada.view.get().id;
    let box: Uint8Array | undefined;
    for (let tries = 0; box === undefined && tries < 500; tries++) {
      await new Promise((resolve) => setTimeout(resolve, 10));
      box = [...(((await world.vault.get(room, "outbox")) as Map<string, Uint8Array> | undefined)?.values() ?? [])][0];
    }
    expect(Buffer.from(box!).includes("a secret")).toBe(false);
    expect(((await world.vault.get(room, "outbox-key")) as CryptoKey).extractable).toBe(false);
    await ada.leave();
    expect(await world.vault.get(room, "outbox")).toBeUndefined();
    expect(await world.vault.list()).toEqual([]);
  });
});

test("a page knows whether another keeps something unsent, and the start page whether any does", async () => {
  const world = company.world();
  const ada = await company.found({}, world);
  const id = await ada.tree.create("file", undefined, "a.txt");
  await saved(ada);
  const other = await company.reopen(ada, company.page(world));
  const hers = await opened(ada, id);
  const room = ada.view.get().id;
  await boxes(world, ada, 0);
  expect([await other.unsentElsewhere(), await keepsUnsent(world.vault, room)]).toEqual([false, false]);
  offline(world);
  hers.text.insert(0, "typed offline");
  await boxes(world, ada, 1);
  expect(await other.unsentElsewhere()).toBe(true);
  expect(await ada.unsentElsewhere(), "its own are counted by its badge").toBe(false);
  expect(await keepsUnsent(world.vault, room)).toBe(true);
});
