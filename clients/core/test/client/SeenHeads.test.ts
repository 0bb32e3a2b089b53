import { afterEach, describe, expect, test } from "vitest";
import { MAX_SEEN_STREAMS, SeenHeads } from "../../src/client/SeenHeads.ts";
import type { Room, RoomFile } from "../../src/index.ts";
import { nextHead } from "../../src/rooms/Chain.ts";
import type { SeenHead } from "../../src/rooms/StreamState.ts";
import { RecordClass } from "../../src/wire/Classes.ts";
import { idOf, type RoomId, type StreamId } from "../../src/wire/Ids.ts";
import { random } from "../Founding.ts";
import { Company, opened, same, saved, until } from "./Company.ts";
import { TestHub } from "./TestHub.ts";
import { TestWorld } from "./TestWorld.ts";

/** What a client that comes back, to a room or to a file, holds the hub to. Bob is away while the hub changes its log. */
let company = new Company();
afterEach(() => {
  company.part();
  company = new Company();
});

interface Scene {
  readonly ada: Room;
  readonly hers: RoomFile;
  readonly file: StreamId;
  readonly world: TestWorld;
  readonly bob: Room;
  readonly his: RoomFile;
}

/** Bob has read a file of three edits that Ada wrote. */
async function scene(): Promise<Scene> {
  const ada = await company.found();
  const id = await ada.tree.create("file", undefined, "a.txt");
  const hers = await opened(ada, id);
  for (const word of ["one ", "two ", "three "]) await write(ada, hers, word);
  const world = company.world();
  const bob = await company.join(ada, "Bob", "editor", world);
  const his = await opened(bob, id);
  await same(hers, his);
  await saved(bob);
  return { ada, hers, file: id as StreamId, world, bob, his };
}

async function write(room: Room, file: RoomFile, words: string): Promise<void> {
  file.text.insert(file.text.length, words);
  await saved(room);
}

function log(stream: string) {
  return company.hub.log([...company.hub.rooms.keys()][0]!, stream as StreamId);
}

/** The hub loses the end of a log, as from an old backup, or to lie. */
function rollBack(stream: string, positions: number): void {
  const { envelopes, heads } = log(stream);
  envelopes.length -= positions;
  heads.length -= positions;
}

/** A log of the same length that differs in nothing but the last position's time. */
function rewriteLast(stream: string): void {
  const { envelopes, heads } = log(stream);
  const last = envelopes.pop()!;
  const other = { ...last, serverTime: last.serverTime + 1 };
  envelopes.push(other);
  heads[other.seq] = nextHead(heads[other.seq - 1]!, other.seq, other.serverTime, other.record);
}

function alarms(room: Room): string[] {
  return room.view.get().alarms.map(({ kind, text }) => `${kind} ${text.match(/\((\w+)\)$/)?.[1]}`);
}

const ROLLED_BACK = ["rolled-back J16"];

async function alarmed(room: Room): Promise<void> {
  await until(() => room.view.get().alarms.length > 0, "there is an alarm");
  expect(alarms(room)).toEqual(ROLLED_BACK);
}

describe("a client that comes back to a room", () => {
  test("J16 finds what it left and says nothing", async () => {
    const { bob, world, file, hers, ada } = await scene();
    bob.close();
    await write(ada, hers, "four ");
    const again = await company.reopen(bob, world);
    await same(hers, await opened(again, file));
    expect(alarms(again)).toEqual([]);
  });

  test("J16 raises an alarm where a file's log is shorter than it was, and sends nothing into it", async () => {
    const { ada, bob, world, file } = await scene();
    for (const room of [ada, bob]) room.close();
    rollBack(file, 1);
    await company.hub.restart();
    const again = await company.reopen(bob, world);
    const his = await again.open(file);
    await alarmed(again);
    his.text.insert(0, "on ");
    await again.chat.send("I typed"); // what could be sent before this has come in too
    expect(log(file).envelopes.length).toBe(2);
  });

  test.each(["tree", "chat", "control"] as const)(
    "J16 raises one where the %s is shorter than it was",
    async (name) => {
      const { ada, bob, world } = await scene();
      await bob.chat.send("hello");
      for (const room of [ada, bob]) room.close();
      rollBack([...company.hub.rooms.values()][0]!.state.streams[name], 1);
      await company.hub.restart();
      await alarmed(await company.reopen(bob, world));
    },
  );

  test("J16 raises one where a log of the same length holds another history", async () => {
    const { bob, world, file } = await scene();
    bob.close();
    rewriteLast(file);
    const again = await company.reopen(bob, world);
    await again.open(file);
    await alarmed(again);
  });

  test("J16 a server that names a longer log than it sends gets nobody to go on", async () => {
    const { ada, bob, world, file } = await scene();
    for (const room of [ada, bob]) room.close();
    rollBack(file, 1);
    await company.hub.restart();
    world.tamper = (frame) => [frame.type === "stream" && frame.stream === file ? { ...frame, headSeq: 3 } : frame];
    const again = await company.reopen(bob, world);
    const his = await again.open(file);
    await until(() => his.text.toString() === "one two ", "what the hub has is there");
    await again.chat.send("I wait");
    expect(his.state.get()).toBe("loading");
  });

  test("J16 is not in the way of a room in memory that was made again", async () => {
    const world = company.world();
    const ada = await company.found({ kind: "memory" }, world);
    const id = await ada.tree.create("file", undefined, "a.txt");
    const hers = await opened(ada, id);
    for (const word of ["one ", "two ", "three "]) await write(ada, hers, word);
    await company.hub.lose();
    await until(() => ada.view.get().problem?.text.includes("brought back") === true, "the room is back");
    await until(() => hers.state.get() === "ready" && hers.text.toString() === "one two three ", "the file is back");
    await saved(ada);
    ada.close();
    const again = await company.reopen(ada, world);
    const file = await opened(again, id);
    expect(file.text.toString()).toBe("one two three ");
    expect(alarms(again)).toEqual([]);
  });

  test("J16 forgets it all on leave", async () => {
    const { bob, world } = await scene();
    const id = bob.view.get().id;
    bob.close();
    for (let tries = 0; (await world.vault.get(id, "heads")) === undefined; tries++) expect(tries).toBeLessThan(1_000);
    const again = await company.reopen(bob, world);
    await again.chat.send("goodbye"); // what moved is still to be kept when he leaves
    await again.leave();
    expect(await world.vault.get(id, "heads")).toBeUndefined();
  });
});

describe("a file that is opened again", () => {
  test("J16 is held to what was seen of it in the same visit", async () => {
    const { bob, his, file } = await scene();
    his.close();
    await bob.chat.send("closed");
    await until(() => !bob.heads().has(file), "it is no longer followed");
    rewriteLast(file);
    await bob.open(file);
    await alarmed(bob);
  }, 20_000);
});

describe("a start from a snapshot", () => {
  async function long(): Promise<Scene & { base: number }> {
    const all = await scene();
    while (!log(all.file).envelopes.some(({ record }) => record[1] === RecordClass.Snapshot)) {
      const many = Array.from({ length: 6_000 }, (_, i) => (i * (log(all.file).envelopes.length + 7)) % 977);
      await write(all.ada, all.hers, many.join(","));
    }
    return { ...all, base: log(all.file).envelopes.length - 1 };
  }

  test("J16 the tail is held to what was seen in it", async () => {
    const { ada, hers, bob, his, world, file, base } = await long();
    await write(ada, hers, "the end");
    await same(hers, his);
    bob.close();
    rewriteLast(file);
    const again = await company.reopen(bob, world);
    await again.open(file);
    await alarmed(again);
    expect(again.heads().get(file)!.seq).toBeGreaterThanOrEqual(base);
  });

  test("W4 J16 a server that offers a snapshot and sends the log instead gets nobody past what was seen", async () => {
    const { ada, hers, bob, his, world, file } = await long();
    await write(ada, hers, "the end");
    await same(hers, his);
    bob.close();
    rewriteLast(file);
    let snapshots = 0;
    world.tamper = (frame) => {
      if (frame.type === "snapshot")
        return log(file).envelopes.map((envelope) => ({ type: "deliver", envelope }) as const);
      if (frame.type === "stream" && frame.stream === file && frame.baseSeq > 0) snapshots += 1;
      return [frame];
    };
    const again = await company.reopen(bob, world);
    const reopened = await again.open(file);
    await until(() => snapshots > 1, "it was asked again");
    expect(reopened.state.get()).toBe("loading");
    expect(reopened.text.length).toBe(0);
  });

  test("J16 what lies before the snapshot is not judged", async () => {
    const { ada, hers, bob, his, world, file } = await scene();
    bob.close();
    his.close();
    while (!log(file).envelopes.some(({ record }) => record[1] === RecordClass.Snapshot))
      await write(ada, hers, Array.from({ length: 6_000 }, (_, i) => (i * 31) % 977).join(","));
    const again = await company.reopen(bob, world);
    await same(hers, await opened(again, file));
    expect(alarms(again)).toEqual([]);
  });
});

test("J14 the head that a hub names for its log must be the one that its records come to", async () => {
  const { ada, file } = await scene();
  const world = company.world();
  world.tamper = (frame) => [
    frame.type === "stream" && frame.stream === file ? { ...frame, head: frame.head.map((byte) => byte ^ 1) } : frame,
  ];
  const eve = await company.join(ada, "Eve", "editor", world);
  await eve.open(file);
  await until(() => eve.view.get().alarms.length > 0, "there is an alarm");
  expect(alarms(eve)).toEqual(["broken-chain J14"]);
});

describe("what a vault keeps of heads", () => {
  const room = idOf<RoomId>(random(16));
  const incarnation = random(16);
  const id = (n: number) => idOf<StreamId>(Uint8Array.from({ length: 16 }, (_, i) => (i === 0 ? n >> 8 : n & 255)));
  const head = (seq: number): SeenHead => ({ seq, head: new Uint8Array(32).fill(seq) });

  test("J16 of more streams than its bound it forgets those that moved longest ago", async () => {
    const world = new TestWorld(new TestHub());
    const seen = new SeenHeads(world, room, incarnation);
    for (let n = 0; n <= MAX_SEEN_STREAMS; n++) seen.note(id(n), head(1));
    await seen.close();
    const next = new SeenHeads(world, room, incarnation);
    await next.load();
    expect(next.get(id(0))).toBeUndefined();
    expect(next.get(id(1))).toEqual(head(1));
    expect(next.get(id(MAX_SEEN_STREAMS))).toEqual(head(1));
  });

  test("J16 an older page does not put back what a newer one saw", async () => {
    const world = new TestWorld(new TestHub());
    const [old, fresh] = [new SeenHeads(world, room, incarnation), new SeenHeads(world, room, incarnation)];
    old.note(id(1), head(3));
    old.note(id(2), head(9));
    fresh.note(id(1), head(7));
    await fresh.close();
    await old.close();
    const next = new SeenHeads(world, room, incarnation);
    await next.load();
    expect(next.get(id(1))).toEqual(head(7));
    expect(next.get(id(2))).toEqual(head(9));
  });

  test("J16 heads of another incarnation are none", async () => {
    const world = new TestWorld(new TestHub());
    const seen = new SeenHeads(world, room, incarnation);
    seen.note(id(1), head(3));
    await seen.close();
    const next = new SeenHeads(world, room, random(16));
    await next.load();
    expect(next.get(id(1))).toBeUndefined();
  });
});
