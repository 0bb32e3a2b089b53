import { afterEach, describe, expect, test } from "vitest";
import * as Y from "yjs";
import { loadKeyring } from "../../src/client/Keyring.ts";
import { bringerOf } from "../../src/client/writers.ts";
import type { Room, RoomFile } from "../../src/index.ts";
import { EditState } from "../../src/rooms/Edit.ts";
import { parseManifest } from "../../src/rooms/Manifest.ts";
import type { HubFrame } from "../../src/wire/HubFrame.ts";
import type { NodeId, RoomId } from "../../src/wire/Ids.ts";
import { parseRecord } from "../../src/wire/RecordView.ts";
import { failed } from "../../src/wire/WireError.ts";
import { Company, opened, same, saved, until } from "./Company.ts";
import type { TestWorld } from "./TestWorld.ts";

/** Waits of seconds take tenths of them. */
const PACE = 8;

let company = new Company(PACE);
afterEach(() => {
  company.part();
  company = new Company(PACE);
});

const here = (...rooms: Room[]) => rooms.every((room) => room.view.get().connection === "connected");
const recordOf = (frame: HubFrame & { type: "deliver" }) => {
  const record = parseRecord(frame.envelope.record);
  if (failed(record)) throw new Error(record.error);
  return record;
};
const textOf = (file: RoomFile) => file.text.toString();

/** A room in memory with these files, whose owner holds none open; and the world that the owner's page may be cut off in. */
async function founded(terms: { password?: string }, ...names: string[]) {
  const world = company.world();
  const ada = await company.found({ kind: "memory", ...terms }, world);
  const ids: string[] = [];
  for (const name of names) ids.push(await ada.tree.create("file", undefined, name));
  return { ada, world, ids };
}

async function guest(
  ada: Room,
  name: string,
  role: "editor" | "viewer",
  files: number,
  world?: TestWorld,
): Promise<Room> {
  const room = await company.join(ada, name, role, world);
  await until(() => room.tree.view.get().length === files, `${name} sees the tree`);
  return room;
}

describe("of a room in memory whose server is restarted", () => {
  test("E7 texts come back that nobody had open: those that were written here, and those that were never looked at", async () => {
    const { ada, world, ids } = await founded({}, "a.txt", "b.txt", "c.txt");
    for (const id of ids) {
      const file = await opened(ada, id);
      file.text.insert(0, `text of ${id}`);
      await saved(ada);
      file.close();
    }
    const bob = await guest(ada, "Bob", "editor", 3);
    await new Promise((resolve) => setTimeout(resolve, 6_000 / PACE)); // what he looks at by himself is read by then
    world.reachable = false;
    world.drop();
    void company.hub.lose();
    await until(() => bob.view.get().connection === "reconnecting", "it is lost");
    await until(() => here(bob), "it stands again");
    for (const id of ids) {
      const file = await opened(bob, id);
      await until(() => textOf(file) === `text of ${id}`, "the text is back");
    }
    await saved(bob);
    world.reachable = true;
    await until(() => here(ada), "Ada is back");
    for (const id of ids) expect(await same(await opened(ada, id), await opened(bob, id))).toBe(`text of ${id}`);
  });
});

test("of a room in memory no more than a thousand texts are held that nobody has open", async () => {
  const { ada } = await founded({});
  const made = Array.from({ length: 1_003 }, (_, nth) => ada.tree.create("file", undefined, `${nth}.txt`));
  await Promise.all(made);
  const bob = await guest(ada, "Bob", "editor", made.length);
  const line = [...company.hub.lines].at(-1)!;
  const before = line.follows.size; // the room's own streams
  await until(() => line.follows.size >= before + 1_000, "he holds a thousand");
  await new Promise((resolve) => setTimeout(resolve, 6_000 / PACE)); // he looks once more
  expect(line.follows.size).toBe(before + 1_000);
  expect(bob.view.get().alarms).toEqual([]);
}, 120_000);

describe("a room in memory whose owner is away when its server is restarted", () => {
  test("M7 E7 two editors and a viewer bring it back, each file from who holds it; every link is good again once the owner is back", async () => {
    const { ada, world, ids } = await founded({}, "a.txt", "b.txt");
    const [a, b] = ids as [string, string];
    const bob = await guest(ada, "Bob", "editor", 2);
    const cleo = await guest(ada, "Cleo", "editor", 2);
    const vic = await guest(ada, "Vic", "viewer", 2);
    const links = [ada.link("editor")!, ada.link("viewer")!];
    const [bobs, cleos, vics] = [await opened(bob, a), await opened(cleo, b), await opened(vic, a)];
    bobs.text.insert(0, "Bob's file\n");
    cleos.text.insert(0, "Cleo's file\n");
    await bob.chat.send("hello");
    await saved(bob, cleo);
    await same(bobs, vics);
    world.reachable = false;
    world.drop();

    void company.hub.lose();
    await until(() => bob.view.get().connection === "reconnecting", "it is lost");
    await until(() => here(bob, cleo, vic), "it stands again");
    await until(() => textOf(vics) === "Bob's file\n" && textOf(cleos) === "Cleo's file\n", "the texts are back");
    await saved(bob, cleo);
    const vicsOfB = await opened(vic, b);
    await until(() => textOf(vicsOfB) === "Cleo's file\n", "also for who never had it open");
    expect(vic.tree.view.get().map(({ name }) => name)).toEqual(["a.txt", "b.txt"]);
    await until(() => vic.chat.view.get().length === 1, "the chat is back");
    expect(vic.chat.view.get()[0]!.text).toMatch(/hello$/);
    const bringer = vic.view.get().people.find(({ memberId }) => memberId === vic.tree.view.get()[0]!.creator);
    expect(["Bob", "Cleo"]).toContain(bringer?.name);
    expect(vic.view.get().problem?.text).toContain(`brought back from ${bringer?.name}'s copy`);
    expect(bobs.rejected.get() ?? vics.rejected.get() ?? cleos.rejected.get()).toBeUndefined();

    await guest(vic, "Dan", "viewer", 2); // by the door that Vic came in by
    world.reachable = true;
    await until(() => here(ada), "the owner is back");
    expect([ada.link("editor"), ada.link("viewer")]).toEqual(links);
    await guest(ada, "Eve", "editor", 2);
    await ada.powers.setReadOnly(true);
    await until(() => bob.view.get().readOnly, "the owner rules");
    for (const room of [ada, bob, cleo, vic]) expect(room.view.get().alarms).toEqual([]);
  });

  test("M7 a door that only the owner holds opens again when the owner's page is back, also where it was closed meanwhile", async () => {
    const { ada, world } = await founded({ password: "swordfish" }, "a.txt");
    const link = ada.link("editor")!;
    const { parseLink, Room } = await import("../../src/index.ts");
    const parsed = parseLink(link);
    if (failed(parsed)) throw new Error(parsed.error);
    const way = { server: "http://hub.test", password: "swordfish" };
    const bob = await Room.join(company.world(), { ...way, link: parsed, name: "Bob" });
    try {
      await until(() => bob.tree.view.get().length === 1, "Bob sees the file");
      ada.close();
      void company.hub.lose();
      await until(() => bob.view.get().connection === "reconnecting", "it is lost");
      await until(() => here(bob) && bob.tree.view.get().length === 1, "it stands again");
      const byPassword = () =>
        Room.join(company.world(), { ...way, roomId: bob.view.get().id, name: "Cleo" }).then((room) => room.close());
      await expect(byPassword()).rejects.toThrow(/does not open/);
      const again = await company.reopen(ada, world);
      await until(() => here(again), "the owner is back");
      await byPassword();
    } finally {
      bob.close();
    }
  });

  test("a viewer alone, and an editor while the room is read-only, wait for who may write", async () => {
    const { ada, world } = await founded({}, "a.txt");
    const vic = await guest(ada, "Vic", "viewer", 1);
    const bob = await guest(ada, "Bob", "editor", 1);
    await ada.powers.setReadOnly(true);
    await until(() => bob.view.get().readOnly, "Bob knows");
    world.reachable = false;
    world.drop();
    void company.hub.lose();
    await until(() => vic.view.get().problem !== undefined && bob.view.get().problem !== undefined, "they are told");
    await new Promise((resolve) => setTimeout(resolve, 6_000 / PACE));
    expect(company.hub.rooms.size).toBe(0);
    await until(() => vic.view.get().problem?.text.includes("Keep this page open") ?? false, "Vic is told what to do"); // not while it is being tried again
    world.reachable = true;
    await until(() => here(vic, bob) && vic.tree.view.get().length === 1, "the owner brought it back");
  });

  test.each([
    ["within the time that a hub keeps an empty room brings what it holds", 60_000, "Bob's"],
    ["after it keeps that as a copy, and the room as it went on", 6 * 60_000, ""],
  ])("who comes back %s", async (_, away, text) => {
    const { ada, ids } = await founded({}, "a.txt");
    const world = company.world();
    const bob = await guest(ada, "Bob", "editor", 1, world);
    const his = await opened(bob, ids[0]!);
    his.text.insert(0, "Bob's");
    await saved(bob);
    world.reachable = false;
    world.drop();
    await until(() => bob.view.get().connection === "reconnecting", "Bob is cut off");
    void company.hub.lose();
    await until(() => here(ada) && ada.tree.view.get().length === 1, "the owner brought it back");
    world.sleep(away);
    world.reachable = true;
    await until(() => here(bob), "Bob is back");
    await until(() => his.state.get() === "ready" && bob.view.get().unsaved === 0, "Bob's file is settled");
    const hers = await opened(ada, ids[0]!);
    expect(await same(hers, his)).toBe(text);
    expect(his.rejected.get()?.text).toBe(text === "" ? "Bob's" : undefined);
  });

  test("a machine that slept with its connection open was not here: a room that is gone stays gone", async () => {
    const { ada } = await founded({}, "a.txt");
    const world = company.world();
    const bob = await guest(ada, "Bob", "editor", 1, world);
    ada.close();
    world.tamper = (frame) => (here(bob) ? [] : [frame]); // the connection died without a word
    world.reachable = false;
    world.sleep(6 * 60_000);
    await until(() => !here(bob), "his page notices");
    await company.hub.lose();
    world.reachable = true;
    await until(() => bob.view.get().connection === "ended", "Bob is told that the room is gone");
    expect(company.hub.rooms.size).toBe(0);
  });

  test("keys typed at every moment of it are there once, in their place, and the file never closes", async () => {
    const { ada, ids } = await founded({}, "a.txt");
    const bob = await guest(ada, "Bob", "editor", 1);
    const cleo = await guest(ada, "Cleo", "editor", 1);
    const [his, hers] = [await opened(bob, ids[0]!), await opened(cleo, ids[0]!)];
    his.text.insert(0, "first line\n\nlast line\n");
    await saved(bob);
    await same(his, hers);
    const phases = new Set<string>();
    his.state.subscribe(() => phases.add(his.state.get()));
    ada.close();
    let typed = "";
    const type = () => {
      if (his.state.get() !== "ready") return;
      const key = String.fromCharCode(97 + (typed.length % 26));
      his.text.insert("first line\n".length + typed.length, key);
      typed += key;
    };
    const typing = setInterval(type, 3);
    try {
      void company.hub.lose();
      await until(() => bob.view.get().connection === "reconnecting", "it is lost");
      await until(() => here(bob, cleo) && phases.has("loading") && his.state.get() === "ready", "it stands again");
      await until(() => typed.length > 100, "more was typed");
    } finally {
      clearInterval(typing);
    }
    await saved(bob, cleo);
    expect(await same(his, hers)).toBe(`first line\n${typed}\nlast line\n`);
    expect(phases.has("deleted")).toBe(false);
    expect(his.rejected.get()).toBeUndefined();
  });

  test("an empty file that is open never closes either, and what is typed into it before it is in the tree again is there", async () => {
    const { ada, ids } = await founded({}, "a.txt");
    const bob = await guest(ada, "Bob", "editor", 1);
    const cleo = await guest(ada, "Cleo", "editor", 1);
    const [his, hers] = [await opened(bob, ids[0]!), await opened(cleo, ids[0]!)];
    const phases = new Set<string>();
    his.state.subscribe(() => phases.add(his.state.get()));
    ada.close();
    void company.hub.lose();
    await until(() => !here(bob), "it is lost");
    const stop = bob.view.subscribe(() => {
      if (here(bob) && textOf(his) === "") his.text.insert(0, "typed at once");
    });
    await until(() => here(bob, cleo) && phases.has("loading") && his.state.get() === "ready", "it stands again");
    stop();
    await saved(bob, cleo);
    expect(await same(his, hers)).toBe("typed at once");
    expect([...phases]).not.toContain("deleted");
  });

  test("E7 a text of many records comes back whole, and what was typed meanwhile into its end with it", async () => {
    const { ada, ids } = await founded({}, "a.txt");
    const bob = await guest(ada, "Bob", "editor", 1);
    const cleo = await guest(ada, "Cleo", "editor", 1);
    const [his, hers] = [await opened(bob, ids[0]!), await opened(cleo, ids[0]!)];
    const text = "0123456789abcde\n".repeat(20_000);
    his.text.insert(0, text);
    await saved(bob);
    await until(() => hers.text.length === text.length, "Cleo has it");
    ada.close();
    void company.hub.lose();
    his.text.insert(text.length, "Bob's end");
    hers.text.insert(0, "Cleo's beginning");
    await until(() => !here(bob, cleo), "it is lost");
    await until(() => here(bob, cleo), "it stands again");
    await saved(bob, cleo);
    expect((await same(his, hers)) === `Cleo's beginning${text}Bob's end`).toBe(true);
    expect(his.rejected.get() ?? hers.rejected.get()).toBeUndefined();
  });

  test("E7 who had another text than the one that came back keeps it as a copy", async () => {
    const { ada, ids } = await founded({}, "a.txt");
    const world = company.world();
    const bob = await guest(ada, "Bob", "editor", 1, world);
    const cleo = await guest(ada, "Cleo", "editor", 1);
    const vic = await guest(ada, "Vic", "viewer", 1);
    const [his, hers, vics] = [await opened(bob, ids[0]!), await opened(cleo, ids[0]!), await opened(vic, ids[0]!)];
    his.text.insert(0, "old");
    await saved(bob);
    await same(his, hers, vics);
    world.reachable = false;
    world.drop();
    hers.text.insert(0, "not so ");
    await saved(cleo);
    await same(hers, vics);
    ada.close();
    cleo.close();
    void company.hub.lose();
    world.reachable = true;
    await until(() => vics.rejected.get() !== undefined, "Vic is told");
    expect(vics.rejected.get()?.text).toBe("not so old");
    expect(await same(his, vics)).toBe("old");
    expect(his.rejected.get()).toBeUndefined();
  });

  test("E7 a deleted file that is open is shown once, and is as the others' where someone who knew of no deletion brings it", async () => {
    const { ada, ids } = await founded({}, "a.txt");
    const world = company.world();
    const bob = await guest(ada, "Bob", "editor", 1);
    const cleo = await guest(ada, "Cleo", "editor", 1, world);
    const [his, hers] = [await opened(bob, ids[0]!), await opened(cleo, ids[0]!)];
    hers.text.insert(0, "text");
    await saved(cleo);
    await same(hers, his);
    world.reachable = false;
    world.drop();
    await ada.tree.delete(ids[0]!);
    await until(() => his.state.get() === "deleted", "Bob's is deleted");
    ada.close();
    void company.hub.lose();
    await until(() => !here(bob), "it is lost");
    await until(() => here(bob) && bob.view.get().unsaved === 0, "it stands again");
    expect([his.state.get(), textOf(his)]).toEqual(["deleted", "text"]);
    world.reachable = true;
    await until(() => his.state.get() === "ready", "Cleo brought it");
    await saved(bob, cleo);
    expect(await same(hers, his)).toBe("text");
    his.text.insert(4, " more");
    await saved(bob);
    expect(await same(hers, his)).toBe("text more");
    expect(his.rejected.get() ?? hers.rejected.get()).toBeUndefined();
  });

  test("E7 who was still reading a file when it was lost brings nothing of it, and sees it whole once it is brought", async () => {
    const { ada, ids } = await founded({}, "a.txt");
    const [world, hersWorld] = [company.world(), company.world()];
    const bob = await guest(ada, "Bob", "editor", 1, world);
    const cleo = await guest(ada, "Cleo", "editor", 1, hersWorld);
    const hers = await opened(cleo, ids[0]!);
    for (const word of ["one ", "two ", "three"]) {
      hers.text.insert(hers.text.length, word);
      await saved(cleo);
    }
    let left = 1;
    const edit = (frame: HubFrame) => frame.type === "deliver" && recordOf(frame).stream === ids[0];
    world.tamper = (frame) => (edit(frame) && left-- <= 0 ? [] : [frame]);
    const his = await bob.open(ids[0]!);
    await until(() => textOf(his) === "one ", "Bob has read its beginning");
    expect(his.state.get()).toBe("loading");
    ada.close();
    hersWorld.reachable = false;
    hersWorld.drop();
    world.tamper = (frame) => [frame];
    void company.hub.lose();
    await until(() => !here(bob), "it is lost");
    await until(() => here(bob) && his.state.get() === "ready", "it stands again");
    await saved(bob);
    hersWorld.reachable = true;
    await until(() => here(cleo), "Cleo is back");
    await saved(bob, cleo);
    expect(await same(hers, his)).toBe("one two three");
    expect(his.rejected.get() ?? hers.rejected.get()).toBeUndefined();
  });
});

describe("a room in memory that someone made again under older rules", () => {
  /** Ada made a rule that Bob, who was away, does not know; then the hub lost the room and Bob alone made it again. */
  async function madeOlder() {
    const { ada, world: hers } = await founded({}, "a.txt");
    const [his, cleos] = [company.world(), company.world()];
    const bob = await guest(ada, "Bob", "editor", 1, his);
    const cleo = await guest(ada, "Cleo", "viewer", 1, cleos);
    const away = async (room: Room, world: TestWorld) => {
      world.reachable = false;
      world.drop();
      await until(() => !here(room), "a page is cut off");
    };
    await away(bob, his);
    await ada.powers.setReadOnly(true);
    await until(() => cleo.view.get().readOnly, "Cleo knows the rule");
    await away(ada, hers);
    await away(cleo, cleos);
    const [old] = [...company.hub.rooms.values()];
    await company.hub.lose();
    his.reachable = true;
    await until(() => here(bob), "Bob made the room again");
    const room = company.hub.rooms.get(old!.state.roomId)!;
    expect(room.manifests).toHaveLength(1);
    return { ada, hers, bob, cleo, cleos, room };
  }

  test("M7 it stands under the newest that anyone brings, who knows them takes no alarm, and who made it learns them", async () => {
    const { ada, hers, bob, cleo, cleos, room } = await madeOlder();
    cleos.reachable = true;
    await until(() => here(cleo), "Cleo, who holds one door, is back");
    expect(room.manifests).toHaveLength(2);
    hers.reachable = true;
    await until(() => here(ada), "the owner is back");
    await until(() => bob.view.get().readOnly, "Bob learns the rule");
    expect(cleo.view.get().readOnly).toBe(true);
    for (const each of [ada, bob, cleo]) expect(each.view.get().alarms).toEqual([]);
  });

  test("M7 who knows them and comes in by the link again takes no alarm either", async () => {
    const { ada, cleo, cleos, room } = await madeOlder();
    cleo.close();
    cleos.reachable = true;
    const again = await company.join(ada, "Cleo", "viewer", cleos);
    expect(again.view.get().readOnly).toBe(true);
    expect(room.manifests).toHaveLength(2);
  });

  test("M7 a hub that goes on hiding them after they were offered is not trusted", async () => {
    const { ada, hers } = await madeOlder();
    hers.tamper = (frame) => [frame.type === "room" ? { ...frame, manifests: frame.manifests.slice(0, 1) } : frame];
    hers.reachable = true;
    await until(() => ada.view.get().connection === "ended", "the owner stops");
    expect(ada.view.get().problem?.text).toContain("hides changes to this room's rules");
  });
});

describe("what a member keeps and claims for it", () => {
  test("K7 M7 the door that one came in by is kept, as long as the rules name it", async () => {
    const { ada } = await founded({}, "a.txt");
    const world = company.world();
    const bob = await guest(ada, "Bob", "editor", 1, world);
    const keyring = (await loadKeyring(world.vault, [...company.hub.rooms.keys()][0] as RoomId))!;
    const newest = parseManifest(keyring.manifests.at(-1)!);
    if (failed(newest)) throw new Error(newest.error);
    expect(keyring.doors).toHaveLength(1);
    expect(company.hub.rooms.get(keyring.roomId)!.doors.map(({ bytes }) => [...bytes])).toContainEqual([
      ...keyring.doors[0]!,
    ]);
    await company.join(ada, "Bob", "viewer", world);
    expect((await loadKeyring(world.vault, keyring.roomId))!.doors).toHaveLength(2);
    bob.close();
  });

  test("K7 no door of a permanent room is kept: beside the link it is the room's key, and nobody makes such a room again", async () => {
    const [hers, his] = [company.world(), company.world()];
    const ada = await company.found({ kind: "permanent" }, hers);
    await company.join(ada, "Bob", "editor", his);
    const roomId = [...company.hub.rooms.keys()][0] as RoomId;
    for (const { vault } of [hers, his]) expect((await loadKeyring(vault, roomId))!.doors).toEqual([]);
    await ada.powers.setReadOnly(true); // the doors that stay are the hub's already (M7)
    await until(() => ada.view.get().readOnly, "the owner rules");
    await guest(ada, "Cleo", "editor", 0);
  });

  test("E7 of two who bring a text, and of one who does so twice, the first counts", () => {
    const file = "0123456789abcdef0123456789abcdef" as NodeId;
    const bringer = bringerOf(new Uint8Array(16), file);
    expect(bringer).not.toBe(bringerOf(new Uint8Array(16).fill(1), file));
    const brought = (text: string) => {
      const doc = new Y.Doc();
      doc.clientID = bringer;
      doc.getText("text").insert(0, text);
      return Y.encodeStateAsUpdate(doc);
    };
    const [ana, bob] = ["aa".repeat(16), "bb".repeat(16)] as const;
    const state = new EditState();
    const effect = state.check(brought("one"), ana);
    if (!("clocks" in effect)) throw new Error(effect.reason);
    expect([...effect.clocks]).toEqual([[bringer, 3]]);
    state.advance(effect, ana);
    expect(state.check(brought("two"), bob)).toMatchObject({ rule: "E2" });
    expect(state.check(brought("one"), ana)).toMatchObject({ rule: "E2" });
  });
});
