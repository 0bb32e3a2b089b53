import { Code, parseLink, Room, type RoomFile } from "@coterie/core";
import { afterEach, beforeEach, expect, onTestFinished, test } from "vitest";
import { Server } from "../support/Server.ts";
import { sleep } from "../support/Storm.ts";
import { until } from "../support/until.ts";
import { Counted } from "./Counted.ts";

const PEOPLE = 50;
const AT_ONCE = 7; // who come in together
const KEY_EVERY_MS = 1_000; // one person's pause between two letters

interface Person {
  readonly world: Counted;
  readonly room: Room;
  readonly file: RoomFile;
  /** What this one types, and nobody else. */
  readonly letter: string;
  typed: number;
}

let server: Server;
let people: Person[];

beforeEach(async () => {
  people = [];
  server = await Server.start();
});

afterEach(async () => {
  for (const { room } of people) room.close();
  await server.stop();
});

/** Comes in and waits for the one file. */
async function present(nth: number, enter: (world: Counted) => Promise<Room>): Promise<void> {
  const world = new Counted();
  const room = await enter(world);
  await until(() => room.tree.view.get().length === 1, `person ${nth} sees the file`);
  const file = await room.open(room.tree.view.get()[0]!.id);
  await until(() => file.state.get() === "ready", `person ${nth} reads the file`);
  people.push({ world, room, file, letter: String.fromCodePoint("A".codePointAt(0)! + nth), typed: 0 });
}

/** A full room, its owner first. */
async function gather(): Promise<void> {
  const adminKey = await server.adminKey();
  await present(0, async (world) => {
    const terms = { server: server.url, title: "Full", name: "Owner", kind: "permanent" as const, adminKey };
    const { room } = await Room.create(world, terms);
    await room.tree.create("file", undefined, "a.txt");
    return room;
  });
  const link = parseLink(people[0]!.room.link("editor")!);
  if ("error" in link) throw new Error(link.error);
  for (let nth = 1; nth < PEOPLE; nth += AT_ONCE)
    await Promise.all(
      Array.from({ length: Math.min(AT_ONCE, PEOPLE - nth) }, (_, more) => {
        const way = { server: server.url, link, name: `Guest ${nth + more}` };
        return present(nth + more, (world) => Room.join(world, way));
      }),
    );
  const here = ({ room }: Person) => room.view.get().people.filter(({ live }) => live).length;
  await until(() => people.every((person) => here(person) === PEOPLE), "all see all");
}

function type(person: Person): void {
  if (person.file.state.get() !== "ready") return;
  person.file.text.insert(person.file.text.length, person.letter);
  person.typed += 1;
}

/** All type at their own pace until told to stop. */
function typing(): () => void {
  const timers = people.map((person, nth) => setInterval(() => type(person), KEY_EVERY_MS + nth));
  return () => timers.forEach(clearInterval);
}

test("A4 R5 W7 fifty people type, one is removed: the others lose no letter and open one session each, who is out reads no more", {
  timeout: 180_000,
}, async () => {
  await gather();
  const [owner] = people as [Person];
  const out = people.at(-1)!;
  const stay = people.slice(0, -1);
  const idOf = ({ room }: Person) => room.view.get().people.find(({ me }) => me)!.memberId;
  const before = people.map(({ world }) => ({ connections: world.connections, joins: world.joins }));
  let sealedAfter = 0;
  out.world.heard = ({ version }) => {
    if (version > 0) sealedAfter += 1;
  };

  for (const person of people) type(person);
  const stop = typing();
  onTestFinished(stop);
  await sleep(2 * KEY_EVERY_MS);
  await owner.room.powers.rekey({ staying: stay.map(idOf) });
  const read = out.file.text.length;
  await until(() => out.room.view.get().connection === "ended", "who was removed is out");
  expect(out.room.view.get().problem?.code).toBe(Code.Removed);
  await sleep(2 * KEY_EVERY_MS);
  stop();
  await until(() => stay.every(({ room }) => room.view.get().unsaved === 0), "all is saved");
  const texts = () => new Set(stay.map(({ file }) => file.text.toString()));
  await until(() => texts().size === 1, "all see the same text");

  const [text] = [...texts()];
  for (const { letter, typed, room } of stay) {
    expect(typed).toBeGreaterThan(3);
    expect(text!.split(letter).length - 1, letter).toBe(typed);
    expect(room.view.get().alarms).toEqual([]);
  }
  expect(sealedAfter).toBe(0);
  expect(out.file.text.length - read).toBeLessThan(PEOPLE);
  for (const [nth, { world }] of stay.entries()) {
    expect(world.connections, `connections of person ${nth}`).toBe(before[nth]!.connections);
    expect(world.joins, `sessions of person ${nth}`).toBe(before[nth]!.joins + 1);
  }
});
