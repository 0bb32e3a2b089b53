import { afterEach, beforeEach, expect, test } from "vitest";
import type { Room } from "../../src/index.ts";
import { Company, until } from "./Company.ts";
import { ManualWorld } from "./ManualWorld.ts";

let company: Company;
let file: string;
let ada: Room;
beforeEach(async () => {
  company = new Company();
  ada = await company.found();
  file = await ada.tree.create("file", undefined, "main.ts");
});
afterEach(() => company.part());

const me = (room: Room) => room.view.get().people.find((person) => person.me)!.memberId;
const of = (room: Room, name: string) => room.view.get().people.find((person) => person.name === name);
const followed = (room: Room) => room.together.following.followed.get();
const met = (room: Room, ...names: string[]) =>
  until(() => names.every((name) => of(room, name)?.live), `${names} are there`);

test("P7 who follows someone is told where they are, and that someone who follows them", async () => {
  const bob = await company.join(ada, "Bob");
  await met(bob, "Ada");
  bob.together.following.start(me(ada));
  ada.point({ file, topLine: 12, selections: [{ anchor: Uint8Array.of(1), head: Uint8Array.of(2) }] });
  await until(() => bob.together.following.place.get()?.topLine === 12, "Bob knows where Ada is");
  expect(bob.together.following.place.get()).toMatchObject({ file, memberId: me(ada) });
  expect(followed(bob)).toMatchObject({ name: "Ada", called: false, held: false });
  await until(() => ada.together.following.followers.get().length === 1, "Ada knows who follows her");
  expect(ada.together.following.followers.get()[0]!.name).toBe("Bob");
  expect(of(ada, "Bob")!.following).toBe(me(ada));

  bob.together.following.stop();
  expect(followed(bob)).toBeUndefined();
  expect(bob.together.following.place.get()).toBeUndefined();
  await until(() => ada.together.following.followers.get().length === 0, "Ada is told that nobody follows her now");
});

test("nobody follows themselves or someone who is not here", async () => {
  const bob = await company.join(ada, "Bob");
  await met(bob, "Ada");
  bob.together.following.start(me(bob));
  expect(followed(bob)).toBeUndefined();
  bob.together.following.start("00".repeat(16));
  expect(followed(bob)).toBeUndefined();
});

test("P7 a ring of followers is held, whoever closes it, and moves again once one lets go", async () => {
  const bob = await company.join(ada, "Bob");
  const carol = await company.join(ada, "Carol");
  for (const [room, name] of [
    [ada, "Bob"],
    [bob, "Carol"],
    [carol, "Ada"],
  ] as const) {
    await met(room, name);
    room.together.following.start(of(room, name)!.memberId);
  }
  await until(() => [ada, bob, carol].every((room) => followed(room)?.held), "each knows that it is a ring");
  carol.together.following.stop();
  await until(() => [ada, bob].every((room) => followed(room)?.held === false), "the ring is open");
});

test("following outlives a broken line of the one followed, and ends ten seconds after they went", async () => {
  const world = new ManualWorld(company.hub);
  const carols = company.world();
  const bob = await company.join(ada, "Bob", "editor", world);
  const carol = await company.join(ada, "Carol", "editor", carols);
  await met(bob, "Carol");
  bob.together.following.start(me(carol));
  carols.drop();
  await until(() => !of(bob, "Carol")?.live, "Carol is away");
  await world.pass(5);
  await until(() => of(bob, "Carol")?.live === true, "Carol is back");
  await world.pass(20);
  expect(followed(bob)?.name).toBe("Carol");

  carol.close();
  await until(() => !of(bob, "Carol")?.live, "Carol has gone");
  await world.pass(9);
  expect(followed(bob)?.name).toBe("Carol");
  await world.passUntil(() => followed(bob) === undefined, "following ends");
  expect(bob.together.following.ended.get()).toEqual({ name: "Carol", why: "left" });
});

test("following outlives my own broken line, however long", async () => {
  const world = new ManualWorld(company.hub);
  const bob = await company.join(ada, "Bob", "editor", world);
  await met(bob, "Ada");
  bob.together.following.start(me(ada));
  world.reachable = false;
  world.drop();
  await until(() => bob.view.get().connection !== "connected", "Bob is alone");
  await world.pass(60);
  expect(followed(bob)?.name).toBe("Ada");
  world.reachable = true;
  await world.passUntil(() => bob.view.get().connection === "connected", "Bob is back");
  await until(() => of(bob, "Ada")?.live === true, "Ada is there");
  await world.pass(20);
  expect(followed(bob)?.name).toBe("Ada");
});

test("of two pages of one person the one that moved last is followed, and one that is away only where both are", async () => {
  const other = await ada.tree.create("file", undefined, "other.ts");
  const world = company.world();
  const bob = await company.join(ada, "Bob", "editor", world);
  const again = await company.reopen(bob, company.page(world));
  const carol = await company.join(ada, "Carol");
  await until(() => of(carol, "Bob")?.sessions === 2, "both pages are there");
  const at = () => carol.together.following.place.get();
  carol.together.following.start(me(bob));
  bob.point({ file });
  await until(() => at()?.file === file, "Carol goes after the first page");
  await new Promise((resolve) => setTimeout(resolve, 5)); // another millisecond
  again.point({ file: other });
  await until(() => at()?.file === other, "and after the second");
  again.point({ file: other, away: true });
  await until(() => at()?.file === file, "and back, the second being away");
  expect(of(carol, "Bob")!.away).toBe(false);
});

test("P7 who is idle or away does not type, whatever their page says", async () => {
  const bob = await company.join(ada, "Bob");
  bob.point({ file, typing: true });
  await until(() => of(ada, "Bob")?.typing === true, "Bob types");
  bob.point({ file, typing: true, typingInChat: true, idle: true });
  await until(() => of(ada, "Bob")?.idle === true, "Bob is idle");
  expect(of(ada, "Bob")).toMatchObject({ typing: false, typingInChat: false, away: false });
  expect(ada.cursors.get()[0]).toMatchObject({ typing: false, idle: true });
  bob.point({ file, typing: true, away: true });
  await until(() => of(ada, "Bob")?.away === true, "Bob is away");
  expect(of(ada, "Bob")!.typing).toBe(false);
});

test("carets that only move leave the people as they are", async () => {
  const bob = await company.join(ada, "Bob");
  bob.point({ file, topLine: 1 });
  await until(() => of(ada, "Bob")?.file === file, "Bob is in the file");
  const before = ada.view.get();
  bob.point({ file, topLine: 2 });
  await until(() => ada.cursors.get()[0]?.topLine === 2, "Bob moved");
  expect(ada.view.get()).toBe(before);
});
