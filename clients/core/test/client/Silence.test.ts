import { afterEach, expect, test } from "vitest";
import { Room, type RoomFile } from "../../src/client/index.ts";
import { BEHIND_MS, SILENT_MS } from "../../src/client/Silence.ts";
import { parseLink } from "../../src/rooms/Link.ts";
import { encodePulse } from "../../src/rooms/Payloads/Pulse.ts";
import { RecordClass } from "../../src/wire/Classes.ts";
import type { StreamId } from "../../src/wire/Ids.ts";
import { parseRecord } from "../../src/wire/RecordView.ts";
import { failed } from "../../src/wire/WireError.ts";
import { Forger } from "./Forger.ts";
import { ManualWorld } from "./ManualWorld.ts";
import { TestHub } from "./TestHub.ts";
import { TestWorld } from "./TestWorld.ts";

/** What a page says that shows something old while its connection stands. Ada's clock is set by hand; Bob is here by the hub's word. */
const rooms: Room[] = [];
const SILENT_SECONDS = SILENT_MS / 1_000 + 10;

afterEach(() => {
  for (const room of rooms.splice(0)) room.close();
});

async function two() {
  const hub = new TestHub();
  const world = new ManualWorld(hub);
  const { room: ada } = await Room.create(world, { server: hub.origin, title: "A", name: "Ada", kind: "permanent" });
  rooms.push(ada);
  const made = ada.tree.create("file", undefined, "notes.txt");
  const id = await made;
  const mine = await ada.open(id);
  const link = parseLink(ada.link("editor")!);
  if (failed(link)) throw new Error(link.error);
  const bobs = new TestWorld(hub);
  const bob = await Room.join(bobs, { server: hub.origin, link, name: "Bob" });
  rooms.push(bob);
  const his: RoomFile = await bob.open(id);
  await expect.poll(() => names(ada)).toEqual(["Ada", "Bob"]);
  await expect.poll(() => his.state.get()).toBe("ready");
  return { hub, world, ada, bob, bobs, mine, his };
}

function names(room: Room): string[] {
  return room.view.get().people.flatMap(({ name, live }) => (live ? [name] : []));
}

function stale(room: Room): string | undefined {
  return room.view.get().alarms.find(({ kind }) => kind === "stale-view")?.text;
}

test("V5 a server that brings nothing of who is there is told with the minutes, until something comes", async () => {
  const { world, ada, mine, his } = await two();
  world.tamper = (frame) => (frame.type === "relay" || frame.type === "deliver" ? [] : [frame]);
  await world.pass(100);
  expect(stale(ada)).toBeUndefined();
  await world.pass(SILENT_SECONDS - 100);
  expect(stale(ada)).toBe("You last heard from Bob 3 minutes ago.");
  await world.pass(60);
  expect(stale(ada)).toBe("You last heard from Bob 4 minutes ago.");
  await world.step(0);
  const lie = { type: "error", code: 23, stream: mine.id as never, text: "no", fatal: false } as const;
  world.tamper = (frame) => (frame.type === "deliver" ? [lie, frame] : [frame]);
  his.text.insert(0, "hello");
  await expect.poll(() => stale(ada)).toBeUndefined();
  expect(ada.view.get().alarms.map(({ kind }) => kind)).toEqual(["rolled-back"]); // other alarms stay
});

test("V5 who is alone is told nothing, and whose machine slept neither", async () => {
  const { world, ada, bob } = await two();
  await world.step(60_000);
  world.advance(20 * 60_000); // no timer ran meanwhile
  await world.pass(6);
  expect(stale(ada)).toBeUndefined();
  bob.close();
  await expect.poll(() => names(ada)).toEqual(["Ada"]);
  await world.pass(SILENT_SECONDS);
  expect(stale(ada)).toBeUndefined();
});

test("V5 a server that relays, and holds back what is written, is found by the pulses of who wrote it", async () => {
  const hub = new TestHub();
  const { room: ada } = await Room.create(new TestWorld(hub, 4), {
    server: hub.origin,
    title: "A",
    name: "Ada",
    kind: "permanent",
  });
  rooms.push(ada);
  const id = await ada.tree.create("file", undefined, "notes.txt");
  const mine = await ada.open(id);
  const link = parseLink(ada.link("editor")!);
  if (failed(link)) throw new Error(link.error);
  const world = new TestWorld(hub, 20);
  const bob = await Room.join(world, { server: hub.origin, link, name: "Bob" });
  rooms.push(bob);
  const his = await bob.open(id);
  await expect.poll(() => his.state.get()).toBe("ready");
  const held: Parameters<typeof world.tamper>[0][] = [];
  world.tamper = (frame) => {
    const record = frame.type === "deliver" ? parseRecord(frame.envelope.record) : undefined;
    if (record === undefined || failed(record) || record.class !== RecordClass.Edit) return [frame];
    held.push(frame);
    return [];
  };
  mine.text.insert(0, "hidden");
  await expect.poll(() => held.length).toBe(1);
  await expect
    .poll(() => stale(bob), { timeout: BEHIND_MS })
    .toBe("Ada has a change that the server has not brought here.");
  expect(his.text.toString()).toBe("");
});

test("V5 a member who says positions that nobody has is named only while there, and hides no one else's", async () => {
  const { hub, world, ada, bob, bobs, mine, his } = await two();
  const link = parseLink(ada.link("viewer")!);
  if (failed(link)) throw new Error(link.error);
  const eves = new TestWorld(hub);
  const eve = await Room.join(eves, { server: hub.origin, link, name: "Eve" });
  rooms.push(eve);
  await expect.poll(() => names(ada)).toEqual(["Ada", "Bob", "Eve"]);
  const stream = mine.id as string as StreamId;
  const says = async (of: TestWorld, room: Room, seq: number) => {
    const pulse = encodePulse({ streams: [{ stream, seq, head: new Uint8Array(16) }], signature: new Uint8Array(64) });
    const { control } = [...hub.rooms.values()][0]!.state.streams;
    await (await Forger.of(hub, of, room)).send(RecordClass.Signal, control, pulse);
    await world.step(0);
  };
  await says(eves, eve, 2 ** 50);
  await world.pass(BEHIND_MS / 1_000 + 10);
  expect(stale(ada)).toBe("Eve has more than a thousand changes that the server has not brought here.");

  world.tamper = (frame) => (frame.type === "deliver" ? [] : [frame]);
  his.text.insert(0, "hidden");
  await expect.poll(() => bob.view.get().unsaved).toBe(0);
  const { seq } = bob.heads().get(mine.id)!;
  await says(bobs, bob, seq + 100);
  await says(bobs, bob, seq);
  await world.pass(BEHIND_MS / 1_000 + 10);
  expect(stale(ada)).toBe("Bob has a change that the server has not brought here.");
  bob.close();
  await expect.poll(() => names(ada)).toEqual(["Ada", "Eve"]);
  await world.pass(6);
  expect(stale(ada)).toBe("Eve has more than a thousand changes that the server has not brought here.");
  eve.close();
  await expect.poll(() => names(ada)).toEqual(["Ada"]);
  await world.pass(6);
  expect(stale(ada)).toBeUndefined();
});
