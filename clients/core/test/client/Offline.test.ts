import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Room } from "../../src/client/Room.ts";
import { Company, opened, same, saved, until } from "./Company.ts";
import type { TestWorld } from "./TestWorld.ts";

let company: Company;
let world: TestWorld;
let ada: Room;
let bob: Room;
beforeEach(async () => {
  company = new Company();
  world = company.world();
  ada = await company.found({}, world);
  bob = await company.join(ada, "Bob");
  await until(() => bob.view.get().connection === "connected", "Bob is in");
});
afterEach(() => company.part());

const paths = (room: Room) => room.tree.view.get().map(({ path }) => path);
const unheard = (promise: Promise<unknown>) => void promise.catch(() => {});

function offline(): void {
  world.reachable = false;
  world.drop();
}

async function online(): Promise<void> {
  world.reachable = true;
  await until(() => ada.view.get().connection === "connected", "the connection is back");
  await saved(ada);
}

describe("without a connection", () => {
  test("a new folder and a file in it are there at once, can be written in, and stand for all when it is back", async () => {
    await saved(ada);
    offline();
    const folder = ada.tree.make("folder", undefined, "notes");
    const file = ada.tree.make("file", folder.id, "a.txt");
    await until(() => paths(ada).length === 2, "both show");
    expect(ada.tree.view.get().map(({ path, pending }) => [path, pending])).toEqual([
      ["notes", true],
      ["notes/a.txt", true],
    ]);
    const hers = await opened(ada, file.id);
    hers.text.insert(0, "typed offline");
    expect(paths(bob)).toEqual([]);
    await online();
    await Promise.all([folder.landed, file.landed]);
    await until(() => paths(bob).length === 2, "Bob sees them");
    const his = await opened(bob, file.id);
    expect(await same(hers, his)).toBe("typed offline");
    expect(ada.tree.view.get().every(({ pending }) => !pending)).toBe(true);
    his.text.insert(0, "Bob: ");
    await saved(bob);
    expect(await same(hers, his)).toBe("Bob: typed offline");
  });

  test("a rename, a move and a delete show at once, and each can be taken back", async () => {
    const [a, b] = [await ada.tree.create("file", undefined, "a"), await ada.tree.create("file", undefined, "b")];
    const folder = await ada.tree.create("folder", undefined, "folder");
    offline();
    unheard(ada.tree.rename(a, "renamed"));
    unheard(ada.tree.move(b, folder));
    unheard(ada.tree.delete(a));
    await until(() => paths(ada).join() === "folder,folder/b", "all three show");
    unheard(ada.tree.undo());
    await until(() => paths(ada).includes("renamed"), "what was deleted is back");
    unheard(ada.tree.undo());
    await until(() => paths(ada).includes("b"), "what was moved is back");
    unheard(ada.tree.undo());
    await until(() => paths(ada).join() === "folder,a,b", "the old name is back");
    await online();
    await until(() => paths(bob).join() === "folder,a,b", "Bob sees the same");
    expect(ada.view.get().unsaved).toBe(0);
  });

  test("a file that was made in a folder which another deletes meanwhile stands at the top", async () => {
    const folder = await bob.tree.create("folder", undefined, "folder");
    await until(() => paths(ada).length === 1, "Ada sees the folder");
    offline();
    const { id } = ada.tree.make("file", folder, "a.txt");
    const hers = await opened(ada, id);
    hers.text.insert(0, "kept");
    await bob.tree.delete(folder);
    await online();
    await until(() => paths(bob).join() === "a.txt", "Bob has it");
    await until(() => paths(ada).join() === "a.txt", "Ada sees it there too"); // her tree shows a moment later
    expect(await same(hers, await opened(bob, id))).toBe("kept");
  });

  test("a change of what another deleted meanwhile is refused with a reason, and shows no more", async () => {
    const id = await bob.tree.create("file", undefined, "a.txt");
    await until(() => paths(ada).length === 1, "Ada sees the file");
    offline();
    const renamed = ada.tree.rename(id, "b.txt");
    const told = expect(renamed).rejects.toThrow("deleted");
    await until(() => paths(ada).join() === "b.txt", "it shows");
    await bob.tree.delete(id);
    await online();
    await told;
    await until(() => paths(ada).length === 0, "it shows no more");
    expect(await ada.tree.undo()).toBe(false);
  });

  test("a file that was open stays at hand when its tab is made anew, also in a room that has ended", async () => {
    const id = await ada.tree.create("file", undefined, "a.txt");
    const hers = await opened(ada, id);
    hers.text.insert(0, "text");
    await saved(ada);
    offline();
    await until(() => ada.view.get().connection !== "connected", "the line is cut");
    hers.close();
    expect((await opened(ada, id)).text.toString()).toBe("text");
    const his = await opened(bob, id);
    await online();
    await ada.destroy();
    await until(() => bob.view.get().connection === "ended", "the room has ended for Bob");
    his.close();
    expect((await opened(bob, id)).text.toString()).toBe("text");
  });

  test("a file that cannot be made hands back what was typed in it", async () => {
    await saved(ada);
    offline();
    const { id, landed } = ada.tree.make("file", undefined, "a.txt");
    const told = expect(landed).rejects.toThrow();
    const hers = await opened(ada, id);
    hers.text.insert(0, "typed");
    company.hub.refusing = { append: 40 as never };
    world.reachable = true;
    await told;
    await until(() => hers.state.get() === "deleted", "the file is none");
    expect(hers.rejected.get()?.text).toBe("typed");
    expect(ada.view.get().unsaved).toBe(0);
  });
});

describe("what was done without a connection before the page was closed", () => {
  test("files, text in them, names and messages are there on the next visit, once", async () => {
    const old = await ada.tree.create("file", undefined, "old");
    offline();
    const { id, landed } = ada.tree.make("file", undefined, "a.txt");
    unheard(landed);
    (await opened(ada, id)).text.insert(0, "typed offline");
    unheard(ada.tree.rename(old, "new"));
    unheard(ada.chat.send("said offline"));
    ada.close();
    world.reachable = true;
    const again = await company.reopen(ada, world);
    await until(() => paths(again).join() === "a.txt,new", "the tree is as it was left");
    await saved(again);
    await until(() => paths(bob).join() === "a.txt,new", "Bob sees it");
    expect(await same(await opened(again, id), await opened(bob, id))).toBe("typed offline");
    await until(() => bob.chat.view.get().length === 1, "Bob reads the message");
    const third = await company.reopen(again, company.page(world));
    await until(() => third.chat.view.get().length === 1, "it is in the log");
    await saved(third);
    expect(bob.chat.view.get().map(({ text }) => text)).toEqual(["said offline"]);
    expect(paths(bob)).toEqual(["a.txt", "new"]);
  });

  test("is not done again where it had landed and only the acks were lost", async () => {
    await saved(ada);
    world.tamper = (frame) => (frame.type === "ack" ? [] : [frame]);
    const { id, landed } = ada.tree.make("file", undefined, "a.txt");
    unheard(landed);
    unheard(ada.chat.send("said once"));
    await until(() => paths(bob).length === 1 && bob.chat.view.get().length === 1, "both landed");
    ada.close();
    world.tamper = (frame) => [frame];
    const again = await company.reopen(ada, world);
    await until(() => again.view.get().connection === "connected", "Ada is back");
    await saved(again);
    await bob.tree.rename(id, "b.txt");
    await until(() => paths(again).join() === "b.txt", "Ada sees the new name");
    const room = [...company.hub.rooms.values()][0]!;
    expect(company.hub.log(room.state.roomId, room.state.streams.chat).envelopes).toHaveLength(1);
    expect(company.hub.log(room.state.roomId, room.state.streams.tree).envelopes).toHaveLength(2);
  });
});
