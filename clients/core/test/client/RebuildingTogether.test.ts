import { afterEach, describe, expect, test } from "vitest";
import { Random } from "../../../../tests/support/Random.ts";
import type { Room, RoomFile } from "../../src/index.ts";
import { RecordClass } from "../../src/wire/Classes.ts";
import type { StreamId } from "../../src/wire/Ids.ts";
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
const textOf = (file: RoomFile) => file.text.toString();

/** A room in memory with these files, whose owner holds none open. */
async function founded(...names: string[]) {
  const world = company.world();
  const ada = await company.found({ kind: "memory" }, world);
  const ids: string[] = [];
  for (const name of names) ids.push(await ada.tree.create("file", undefined, name));
  return { ada, world, ids };
}

async function guest(ada: Room, name: string, files: number, world?: TestWorld): Promise<Room> {
  const room = await company.join(ada, name, "editor", world);
  await until(() => room.tree.view.get().length === files, `${name} sees the tree`);
  return room;
}

/** Ada, for whom time goes faster, in a room with one file, which she holds open. */
async function alone() {
  company.part();
  company = new Company(40);
  const { ada, world, ids } = await founded("a.txt");
  const hers = await opened(ada, ids[0]!);
  hers.text.insert(0, "one");
  await saved(ada);
  return { ada, world, hers };
}

/** The text of a file of a room that was lost stands in the room again. */
async function isBack(hers: RoomFile): Promise<void> {
  const log = () => [...company.hub.rooms.values()][0]?.logs.get(hers.id as string as StreamId);
  await until(() => log()?.envelopes.length === 1, "it is brought");
  expect(textOf(hers)).toBe("one");
  expect(hers.rejected.get()).toBeUndefined();
}

describe("files of a lost room in memory that several members type in", () => {
  test("E7 what two people typed at several places each while it was lost stands there once", async () => {
    const { ada, ids } = await founded("a.txt");
    const [bob, cleo] = [await guest(ada, "Bob", 1), await guest(ada, "Cleo", 1)];
    const [his, hers] = [await opened(bob, ids[0]!), await opened(cleo, ids[0]!)];
    his.text.insert(0, "one\ntwo\nthree\nfour\n");
    await saved(bob);
    await same(his, hers);
    void company.hub.lose();
    await until(() => !here(bob) && !here(cleo), "it is lost");
    his.text.insert(0, "<1>");
    his.text.insert(textOf(his).length, "<4>");
    hers.text.insert("one\n".length, "<2>");
    hers.text.insert(textOf(hers).indexOf("three"), "<3>");
    hers.text.delete(textOf(hers).indexOf("four"), "four".length);
    await until(() => here(bob, cleo), "it stands again");
    await until(() => his.state.get() === "ready" && hers.state.get() === "ready", "open");
    await saved(bob, cleo);
    expect(await same(his, hers)).toBe("<1>one\n<2>two\n<3>three\n\n<4>");
    expect(his.rejected.get() ?? hers.rejected.get()).toBeUndefined();
  });

  test("E7 who had not heard of the last letters is not told that any are missing, and has them with their own", async () => {
    const { ada, ids } = await founded("a.txt");
    const world = company.world();
    const [bob, cleo] = [await guest(ada, "Bob", 1, world), await guest(ada, "Cleo", 1)];
    const [his, hers] = [await opened(bob, ids[0]!), await opened(cleo, ids[0]!)];
    hers.text.insert(0, "one two");
    await saved(cleo);
    await same(his, hers);
    world.reachable = false;
    world.drop();
    await until(() => !here(bob), "Bob is away");
    hers.text.insert(3, " and a half,");
    await saved(cleo);
    his.text.insert(0, "zero ");
    his.text.insert(his.text.length, " three");
    void company.hub.lose();
    await until(() => !here(cleo), "it is lost");
    await until(() => here(cleo) && hers.state.get() === "ready", "it stands again");
    await saved(cleo);
    world.reachable = true;
    await until(() => here(bob) && his.state.get() === "ready", "Bob is back");
    await saved(bob);
    expect(await same(his, hers)).toBe("zero one and a half, two three");
    expect(his.rejected.get() ?? hers.rejected.get()).toBeUndefined();
  });

  test("E7 what was typed away while the owner made the room read-only, and then it was lost, is offered as a copy", async () => {
    const { ada, ids } = await founded("a.txt");
    const world = company.world();
    const bob = await guest(ada, "Bob", 1, world);
    const [hers, his] = [await opened(ada, ids[0]!), await opened(bob, ids[0]!)];
    hers.text.insert(0, "one");
    await saved(ada);
    await same(his, hers);
    world.reachable = false;
    world.drop();
    await until(() => !here(bob), "Bob is away");
    his.text.insert(3, " two");
    await ada.powers.setReadOnly(true);
    void company.hub.lose();
    await until(() => !here(ada), "it is lost");
    await until(() => here(ada) && hers.state.get() === "ready", "it stands again");
    await saved(ada);
    world.reachable = true;
    await until(() => here(bob) && his.state.get() === "ready", "Bob is back");
    expect(await same(his, hers)).toBe("one");
    expect(his.rejected.get()).toMatchObject({ text: "one two", why: expect.stringContaining("read-only") });
  });

  test("E7 a text is not given up while its file is on its way back, however long that takes", async () => {
    const { hers } = await alone();
    company.hub.holds = (record) => record.class === RecordClass.Tree;
    void company.hub.lose();
    await until(() => company.hub.held.length > 0, "the file is on its way");
    await new Promise((resolve) => setTimeout(resolve, 2_000)); // more than a minute for her
    company.hub.holds = () => false;
    for (const held of company.hub.held.splice(0)) await company.hub.release(held);
    await isBack(hers);
  });

  test("E7 a text is not given up where its file is back, and the page stood still while it showed that", async () => {
    const { ada, world, hers } = await alone();
    let [lost, stood] = [false, false];
    ada.tree.view.subscribe(() => {
      if (lost && !stood && here(ada)) {
        stood = true;
        world.sleep(10_000);
      }
      lost ||= !here(ada);
    });
    void company.hub.lose();
    await until(() => stood, "it was lost, and is back");
    await isBack(hers);
  });

  test("E7 several members who hold different files, some of whom leave, type on and bring at once: each text comes back once", async () => {
    const random = Random.printed();
    const names = ["0", "1", "2", "3", "4"];
    const { ada, world, ids } = await founded(...names);
    const people: { room: Room; files: Map<string, RoomFile> }[] = [];
    for (let who = 0; who < 5; who++) {
      const room = await guest(ada, `Person ${who}`, names.length);
      const files = new Map<string, RoomFile>();
      for (const id of ids) if (random.below(2) === 0) files.set(id, await opened(room, id));
      people.push({ room, files });
    }
    const everybody = () => people.map(({ room }) => room);
    let marker = 0;
    const type = (file: RoomFile) => {
      const mark = `<${marker++}>`;
      const gap = random.below(textOf(file).split("\n").length);
      const at = gap === 0 ? 0 : textOf(file).split("\n").slice(0, gap).join("\n").length + 1;
      file.text.insert(at, `${mark}\n`);
      return mark;
    };
    for (const { files } of people) for (const file of files.values()) for (let i = 0; i < 3; i++) type(file);
    await saved(...everybody());
    const holding = (id: string) => people.flatMap(({ files }) => files.get(id) ?? []);
    for (const id of ids) if (holding(id).length > 0) await same(...holding(id));
    const before = new Map(ids.map((id) => [id, holding(id).map(textOf)[0] ?? ""]));
    const lines = [...company.hub.lines];
    const held = () => lines.every(({ follows }) => ids.every((id) => follows.has(id as string as StreamId)));
    await until(held, "everybody holds what the others have open");
    await new Promise((resolve) => setTimeout(resolve, 200)); // and has read it

    world.reachable = random.below(2) === 0; // the owner, who holds no file
    world.drop();
    for (let leaves = random.below(3); leaves > 0; leaves--)
      people.splice(random.below(people.length), 1)[0]!.room.close();
    void company.hub.lose();
    const typed = new Map<string, string[]>(ids.map((id) => [id, []]));
    for (const { files } of people)
      for (const [id, file] of files) if (random.below(3) === 0) typed.get(id)!.push(type(file));
    await until(() => everybody().some((room) => room.view.get().connection === "reconnecting"), "it is lost");
    await until(() => here(...everybody()), "it stands again");
    await until(
      () => people.every(({ files }) => [...files.values()].every(({ state }) => state.get() === "ready")),
      "open",
    );
    await saved(...everybody());
    for (const id of ids) {
      const holders = holding(id);
      const reader = await opened(people[0]!.room, id);
      const text = await same(reader, ...holders);
      const marks = (of: string) => of.match(/<\d+>/g) ?? [];
      const expected = [...marks(before.get(id)!), ...typed.get(id)!]; // also where all who had it open are gone
      expect([...marks(text)].sort(), `file ${id}`).toEqual(expected.sort());
      for (const { rejected } of holders) expect(rejected.get()).toBeUndefined();
    }
    for (const room of everybody()) expect(room.view.get().alarms).toEqual([]);
  });
});
