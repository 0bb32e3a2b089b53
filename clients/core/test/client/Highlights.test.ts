import { afterEach, beforeEach, expect, test } from "vitest";
import {
  encodeCleared,
  encodeHighlights,
  idOf,
  Limits,
  type MemberId,
  type NodeId,
  type OpId,
  RecordClass,
  type Room,
} from "../../src/index.ts";
import { Company, until } from "./Company.ts";
import { Forger } from "./Forger.ts";
import { ManualWorld } from "./ManualWorld.ts";
import { TestWorld } from "./TestWorld.ts";

let company: Company;
let ada: Room;
let file: string;
beforeEach(async () => {
  company = new Company();
  ada = await company.found();
  file = await ada.tree.create("file", undefined, "main.ts");
});
afterEach(() => company.part());

const [START, END] = [Uint8Array.of(1), Uint8Array.of(2)];
const all = (room: Room) => room.together.highlights.view.get();
const shown = (room: Room) => all(room).map(({ name, id }) => `${name} ${id}`);
const me = (room: Room) => room.view.get().people.find((person) => person.me)!.memberId as MemberId;
const highlight = (room: Room) => room.together.highlights.add(file, START, END);
/** Someone whose keys are in other hands too. */
async function modified(name: string, role: "editor" | "viewer" = "editor"): Promise<{ room: Room; forger: Forger }> {
  const world = company.world();
  const room = await company.join(ada, name, role, world);
  await until(() => room.view.get().connection === "connected", "they are in");
  return { room, forger: await Forger.of(company.hub, world, room) };
}

const control = () => company.hub.rooms.values().next().value!.state.streams.control;

test("P5 a highlight shows to everyone with its author's name, and to who comes later, until its author clears it", async () => {
  const bob = await company.join(ada, "Bob");
  const id = highlight(bob);
  await until(() => shown(ada).join() === `Bob ${id}`, "Ada sees it");
  expect(all(ada)[0]).toMatchObject({ file, start: START, end: END, memberId: me(bob), mayClear: true });
  const carol = await company.join(ada, "Carol", "viewer");
  await until(() => shown(carol).join() === `Bob ${id}`, "Carol sees it");
  expect(all(carol)[0]!.mayClear).toBe(false);
  bob.together.highlights.clear(all(bob)[0]!);
  await until(() => [ada, carol].every((room) => all(room).length === 0), "it is gone for all");
  expect(all(bob)).toEqual([]);
});

test("P5 of more than eight the first goes, and a session that says more is not believed", async () => {
  const { room: bob, forger } = await modified("Bob");
  const ids = Array.from({ length: Limits.MaxHighlights + 1 }, () => highlight(bob));
  await until(() => all(ada).length === Limits.MaxHighlights, "Ada sees eight");
  expect(all(ada).map(({ id }) => id)).toEqual(ids.slice(1));
  const range = (nth: number) => ({
    id: idOf<OpId>(new Uint8Array(16).fill(nth)),
    file: file as NodeId,
    start: START,
    end: END,
  });
  await forger.send(
    RecordClass.Signal,
    control(),
    encodeHighlights(Array.from({ length: 9 }, (_, nth) => range(nth + 1))),
  );
  await forger.send(RecordClass.Signal, control(), encodeHighlights([range(77)]));
  await until(() => all(ada).some(({ id }) => id === range(77).id), "the one that parses shows");
  expect(all(ada).some(({ id }) => id === range(1).id)).toBe(false);
});

test("P6 an owner clears what is another's, for everyone and for who comes later, and its author takes it back", async () => {
  const bob = await company.join(ada, "Bob");
  const carol = await company.join(ada, "Carol");
  const first = highlight(bob);
  const second = highlight(bob);
  await until(() => all(ada).length === 2 && all(carol).length === 2, "all see both");
  ada.together.highlights.clear(all(ada).find(({ id }) => id === first)!);
  expect(shown(ada)).toEqual([`Bob ${second}`]);
  await until(() => [bob, carol].every((room) => shown(room).join() === `Bob ${second}`), "one is left for all");
  const dan = await company.join(ada, "Dan");
  await until(() => shown(dan).join() === `Bob ${second}`, "Dan sees the one");
});

test("P6 an owner's word stands against an author who goes on saying it", async () => {
  const { forger } = await modified("Eve");
  const range = { id: idOf<OpId>(new Uint8Array(16).fill(5)), file: file as NodeId, start: START, end: END };
  await forger.send(RecordClass.Signal, control(), encodeHighlights([range]));
  const bob = await company.join(ada, "Bob");
  await until(() => all(ada).length === 1, "Ada sees it");
  ada.together.highlights.clear(all(ada)[0]!);
  await forger.send(
    RecordClass.Signal,
    control(),
    encodeHighlights([range, { ...range, id: idOf<OpId>(new Uint8Array(16).fill(6)) }]),
  );
  await until(() => all(bob).length === 1 && all(ada).length === 1, "only the other shows");
  expect(all(ada)[0]!.id).toBe("06".repeat(16));
  expect(all(bob)[0]!.id).toBe("06".repeat(16));
});

test("P3 P6 a viewer highlights nothing, and neither a viewer nor an editor clears what is another's, modified or not", async () => {
  const bob = await company.join(ada, "Bob");
  const id = highlight(bob);
  await until(() => all(ada).length === 1, "Ada sees it");
  for (const role of ["viewer", "editor"] as const) {
    const { room: eve, forger } = await modified("Eve", role);
    await until(() => all(eve).length === 1, "Eve sees it");
    eve.together.highlights.clear(all(eve)[0]!);
    expect(all(eve).length).toBe(1);
    if (role === "viewer") expect(() => highlight(eve)).toThrow(/owners and editors/);
    await forger.send(RecordClass.Signal, control(), encodeCleared([{ member: me(bob), id: id as OpId }]));
    const range = { id: idOf<OpId>(new Uint8Array(16).fill(9)), file: file as NodeId, start: START, end: END };
    await forger.send(RecordClass.Signal, control(), encodeHighlights([range]));
    const marker = await ada.tree.create("file", undefined, role); // said after it on another line, and seen after it
    await until(() => bob.tree.view.get().some((node) => node.id === marker), "Bob has read on");
    if (role === "editor") await until(() => all(bob).length === 2, "an editor's highlight counts");
    expect(shown(bob)).toContain(`Bob ${id}`);
    expect(all(bob).length).toBe(role === "editor" ? 2 : 1);
  }
});

test("P5 a highlight stays over a broken line, and goes a minute after its author went", async () => {
  const world = new ManualWorld(company.hub);
  const bob = await company.join(ada, "Bob", "editor", world);
  const carols = company.world();
  const carol = await company.join(ada, "Carol", "editor", carols);
  highlight(carol);
  await until(() => all(bob).length === 1, "Bob sees it");
  carols.drop();
  const there = () => bob.view.get().people.some(({ name, live }) => name === "Carol" && live);
  await until(() => !there(), "Carol is away");
  await until(there, "Carol is back");
  await world.pass(90);
  expect(all(bob).length).toBe(1);
  carol.close();
  await until(() => !there(), "Carol has gone");
  await world.pass(50);
  expect(all(bob).length).toBe(1);
  await world.pass(16); // looked at every five seconds
  expect(all(bob)).toEqual([]);
});

test("P3 what a hub drops is made up for by the next time it is said", async () => {
  const bobs = new TestWorld(company.hub);
  const bob = await company.join(ada, "Bob", "editor", bobs);
  const world = new ManualWorld(company.hub);
  const carol = await company.join(ada, "Carol", "editor", world);
  let dropping = true;
  bobs.tamper = (frame) => (dropping && frame.type === "relay" ? [] : [frame]);
  highlight(carol);
  await world.pass(1);
  expect(all(bob)).toEqual([]);
  dropping = false;
  await world.passUntil(() => all(bob).length === 1, "Bob sees it");
});

test("P3 a replayed signal does not bring back what was cleared", async () => {
  const bobs = new TestWorld(company.hub);
  const bob = await company.join(ada, "Bob", "editor", bobs);
  const carol = await company.join(ada, "Carol");
  const relayed: Parameters<TestWorld["tamper"]>[0][] = [];
  bobs.tamper = (frame) => {
    if (frame.type !== "relay") return [frame];
    relayed.push(frame);
    return [...relayed.toReversed()]; // each comes with all that came before it, behind it
  };
  highlight(carol);
  await until(() => all(bob).length === 1, "Bob sees it");
  carol.together.highlights.clear(all(carol)[0]!);
  await until(() => all(bob).length === 0, "it is gone");
  const before = relayed.length;
  carol.point({ file });
  await until(() => relayed.length > before && bob.cursors.get().length > 0, "all was replayed once more");
  expect(all(bob)).toEqual([]);
  expect(bob.view.get().alarms).toEqual([]);
});

test("P5 a page that is loaded anew says again what it showed, and the page before is forgotten", async () => {
  const bobs = company.world();
  const bob = await company.join(ada, "Bob", "editor", bobs);
  const id = highlight(bob);
  await until(() => all(ada).length === 1, "Ada sees it");
  const kept = bob.together.highlights.own;
  bob.close();
  const again = await company.reopen(bob, company.page(bobs));
  again.together.highlights.restore(kept);
  await until(() => ada.view.get().people.some(({ name, live }) => name === "Bob" && live), "Bob is back");
  expect(shown(ada)).toEqual([`Bob ${id}`]);
  again.together.highlights.clear(all(again)[0]!);
  await until(() => all(ada).length === 0, "it is gone");
});
