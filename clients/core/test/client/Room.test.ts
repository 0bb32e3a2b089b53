import { afterEach, expect, test } from "vitest";
import {
  ClientKind,
  encodeProfile,
  parseLink,
  parseRecord,
  RecordClass,
  type RecordView,
  Room,
  type StreamId,
} from "../../src/index.ts";
import { EMPTY } from "../../src/wire/Bytes.ts";
import { Forger } from "./Forger.ts";
import { TestHub } from "./TestHub.ts";
import { TestWorld } from "./TestWorld.ts";

const hub = { current: new TestHub() };
const rooms: Room[] = [];
afterEach(() => {
  for (const room of rooms.splice(0)) room.close();
  hub.current = new TestHub();
});

function world(): TestWorld {
  return new TestWorld(hub.current);
}

async function founded(kind: "memory" | "permanent" = "permanent", more: { password?: string } = {}) {
  const { room } = await Room.create(world(), {
    server: "http://hub.test",
    title: "Bridge",
    name: "Ada",
    kind,
    ...more,
  });
  rooms.push(room);
  return room;
}

async function joined(link: string, name: string, inWorld = world()) {
  const parsed = parseLink(link);
  if ("error" in parsed) throw new Error(parsed.error);
  const room = await Room.join(inWorld, { server: "http://hub.test", link: parsed, name });
  rooms.push(room);
  return room;
}

async function until(holds: () => boolean, what: string): Promise<void> {
  for (let tries = 0; tries < 500; tries++) {
    if (holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`never: ${what}`);
}

test("two people write one file, both see all of it, and what is acknowledged counts as saved", async () => {
  const ada = await founded();
  const id = await ada.tree.create("file", undefined, "main.ts");
  const bob = await joined(ada.link("editor")!, "Bob");
  await until(() => bob.tree.view.get().some((node) => node.name === "main.ts"), "Bob sees the file");
  const [mine, his] = [await ada.open(id), await bob.open(id)];
  mine.text.insert(0, "hello");
  await until(() => his.text.toString() === "hello", "the text arrives");
  his.text.insert(5, " world");
  mine.text.insert(0, "> ");
  await until(() => mine.text.toString() === "> hello world" && his.text.toString() === "> hello world", "both agree");
  await until(() => ada.view.get().unsaved === 0 && bob.view.get().unsaved === 0, "all is saved");
  expect(ada.view.get().alarms).toEqual([]);
  expect(bob.view.get().alarms).toEqual([]);
  expect(bob.view.get().title).toBe("Bridge");
  expect(bob.view.get().people.map(({ name, role }) => [name, role])).toEqual([
    ["Bob", "editor"],
    ["Ada", "owner"],
  ]);
});

test("what was typed while the connection was cut arrives once after it is back", async () => {
  const ada = await founded();
  const id = await ada.tree.create("file", undefined, "a.txt");
  const bob = await joined(ada.link("editor")!, "Bob");
  const [mine, his] = [await ada.open(id), await bob.open(id)];
  await until(() => mine.state.get() === "ready" && his.state.get() === "ready", "open");
  mine.text.insert(0, "one ");
  hub.current.restart();
  mine.text.insert(4, "two ");
  his.text.insert(0, "zero ");
  await until(() => ada.view.get().unsaved === 0 && bob.view.get().unsaved === 0, "saved again");
  await until(() => mine.text.toString() === his.text.toString(), "agree");
  expect([...mine.text.toString().matchAll(/one two/g)]).toHaveLength(1);
  expect(mine.text.toString()).toContain("zero");
  expect(ada.view.get().alarms).toEqual([]);
});

test("K10 who brings the recovery file and a link is the owner again on a new machine", async () => {
  const { room, recovery } = await Room.create(world(), {
    server: "http://hub.test",
    title: "Bridge",
    name: "Ada",
    kind: "permanent",
  });
  rooms.push(room);
  const { text } = await recovery.download("a long passphrase");
  const link = parseLink(room.link("editor")!);
  if ("error" in link) throw new Error(link.error);
  const way = { server: "http://hub.test", link, name: "Ada" };
  await expect(Room.join(world(), { ...way, kit: { text, passphrase: "wrong" } })).rejects.toThrow(/passphrase/);
  const again = await Room.join(world(), { ...way, kit: { text, passphrase: "a long passphrase" } });
  rooms.push(again);
  await until(() => again.view.get().connection === "connected", "connected");
  expect(again.view.get().role).toBe("owner");
  await again.powers.setReadOnly(true);
  await until(() => room.view.get().readOnly, "the first machine learns it");
});

test.each([
  ["memory", undefined],
  ["permanent", undefined],
  ["permanent", "swordfish"],
] as const)(
  "K10 who comes in by less than an editor link and the recovery file can copy every link: %s, password %s",
  async (kind, password) => {
    const terms = { server: "http://hub.test", title: "Bridge", name: "Ada", kind, ...(password && { password }) };
    const { room, recovery } = await Room.create(world(), terms);
    rooms.push(room);
    const { text } = await recovery.download();
    const link = parseLink(room.link("viewer")!);
    if ("error" in link) throw new Error(link.error);
    const way = { server: "http://hub.test", name: "Ada", ...(password && { password }) };
    const byPassword = { ...way, roomId: room.view.get().id };
    const entry = password ? byPassword : { ...way, link };
    const again = await Room.join(world(), { ...entry, kit: { text } });
    rooms.push(again);
    await until(() => again.view.get().connection === "connected", "connected");
    expect(again.view.get().role).toBe("owner");
    expect([again.link("editor"), again.link("viewer")]).toEqual([room.link("editor"), room.link("viewer")]);
    if (password) return;
    const older = JSON.stringify({ ...JSON.parse(text), version: 1, editSecret: undefined });
    const stale = JSON.stringify({ ...JSON.parse(text), editSecret: "A".repeat(43) });
    for (const kit of [older, stale]) {
      const less = await Room.join(world(), { ...entry, kit: { text: kit } });
      rooms.push(less);
      await until(() => less.view.get().connection === "connected", "connected");
      expect(less.view.get().role).toBe("owner");
      expect([less.link("editor"), less.link("viewer")]).toEqual([undefined, room.link("viewer")]);
    }
  },
);

test("twelve people who come in one after the other have twelve colours, and keep them when they come back", async () => {
  const ada = await founded();
  const link = parseLink(ada.link("editor")!);
  if ("error" in link) throw new Error(link.error);
  const colours = () => new Map(ada.view.get().people.map(({ name, colour }) => [name, colour]));
  const last = world();
  for (let nth = 2; nth <= 12; nth++) {
    const name = `Person ${nth}`;
    rooms.push(await Room.join(nth === 12 ? last : world(), { server: "http://hub.test", link, name }));
    await until(() => colours().has(name), `${name} is known`);
  }
  expect(new Set(colours().values()).size).toBe(12);
  const before = colours();
  rooms.pop()!.close();
  const again = await Room.reopen(last, "http://hub.test", ada.view.get().id);
  rooms.push(again!);
  await until(() => again!.view.get().people.length === 12, "all are known again");
  await until(() => again!.view.get().unsaved === 0, "all is said");
  expect(colours()).toEqual(before);
});

test("R3 R4 a file closed and opened again in one session counts on: no counter seals twice", async () => {
  const ada = await founded();
  const id = await ada.tree.create("file", undefined, "a.txt");
  const log = hub.current.log([...hub.current.rooms.keys()][0]!, id as StreamId).envelopes;
  for (const [nth, letter] of ["x", "y", "z"].entries()) {
    const file = await ada.open(id);
    await until(() => file.state.get() === "ready", "open");
    file.text.insert(0, letter);
    await until(() => log.length === nth + 1 && ada.view.get().unsaved === 0, "saved");
    file.close();
  }
  const records = log.map(({ record }) => parseRecord(record) as RecordView);
  expect(records.map(({ counter }) => counter)).toEqual([1, 2, 3]);
  expect(new Set(records.map(({ session }) => session)).size).toBe(1);
  expect(ada.view.get().alarms).toEqual([]);
});

test("T6 a name that would show as another is refused with what to do, in a new file and in a rename", async () => {
  const ada = await founded();
  const id = await ada.tree.create("file", undefined, "main.ts");
  const deceiving = "a\u202egnp.exe";
  await expect(ada.tree.create("file", undefined, deceiving)).rejects.toThrow(/invisible character/);
  await expect(ada.tree.rename(id, deceiving)).rejects.toThrow(/type it anew/);
  await expect(ada.tree.create("file", undefined, "a/b")).rejects.toThrow(/no slash/);
  expect(ada.tree.view.get().map(({ name }) => name)).toEqual(["main.ts"]);
});

test("T9 who gives themselves a name that could pass for another's keeps the one they had, and is told so where it is typed", async () => {
  const bobs = world();
  const ada = await founded();
  const bob = await joined(ada.link("editor")!, "Bob", bobs);
  const names = () => ada.view.get().people.map(({ name }) => name);
  await until(() => names().includes("Bob"), "Bob is known");
  for (const name of ["Ad\u200ba", "\u202eadA", "\u2800", "A\nda"]) {
    await expect(bob.setName(name)).rejects.toThrow(/name/);
    await expect(joined(ada.link("editor")!, name)).rejects.toThrow(/name/);
    await expect(ada.rename(name)).rejects.toThrow(/name/);
  }
  bob.close();
  const forger = await Forger.of(hub.current, bobs, bob);
  const control = [...hub.current.rooms.values()][0]!.state.streams.control;
  const say = (name: string) =>
    forger.append(
      RecordClass.Profile,
      control,
      EMPTY,
      encodeProfile({ name, colour: new Uint8Array(3), client: ClientKind.Browser }),
    );
  await say("Ad\u200ba");
  await until(() => ada.view.get().people.some(({ live, me }) => live && !me), "the forger is there");
  expect(names().toSorted()).toEqual(["Ada", "Bob"]);
  await say("Robert");
  await until(() => names().includes("Robert"), "a name that may be counts");
});

test("T9 two people of one name are told apart, the same way by everybody", async () => {
  const ada = await founded();
  const link = ada.link("editor")!;
  const second = await joined(link, "ada");
  await until(() => ada.view.get().people.length === 2, "the second is there");
  await until(() => ada.view.get().people.some(({ name }) => name === "ada (2)"), "with a number");
  const cleo = await joined(link, "Cleo");
  const third = await joined(link, "ADA");
  const names = (room: Room) =>
    room.view
      .get()
      .people.map(({ name }) => name)
      .toSorted();
  await until(() => names(cleo).length === 4 && !names(cleo).includes("Someone"), "Cleo knows all");
  expect(names(cleo)).toEqual(["ADA (3)", "Ada", "Cleo", "ada (2)"]);
  await until(() => names(second).join() === names(cleo).join(), "and the second knows them by the same names");
  expect(second.ownName, "one's own name is as one typed it").toBe("ada");
  await third.setName("Dora");
  await until(() => names(cleo).includes("Dora"), "a number goes with the name");
});
