import { afterEach, beforeEach, expect, test } from "vitest";
import { Room, RoomError } from "../../src/client/index.ts";
import { parseLink } from "../../src/rooms/Link.ts";
import { parseManifest } from "../../src/rooms/Manifest.ts";
import { readRecovery } from "../../src/rooms/Recovery.ts";
import type { HubFrame } from "../../src/wire/HubFrame.ts";
import { failed } from "../../src/wire/WireError.ts";
import { nextManifest as signNext } from "../Founding.ts";
import { ManualWorld } from "./ManualWorld.ts";
import { TestHub } from "./TestHub.ts";
import { type Tamper, TestWorld } from "./TestWorld.ts";

/** What a hub can tell someone who comes in, or comes back: another room, other rules, another door. Nobody may come in by a lie. */
let hub: TestHub;
let ada: Room;
let adasWorld: TestWorld;
let kit: string;

const options = { title: "A room", name: "Ada", kind: "permanent" } as const;

beforeEach(async () => {
  hub = new TestHub();
  adasWorld = new TestWorld(hub);
  const { room, recovery } = await Room.create(adasWorld, { server: hub.origin, ...options });
  ada = room;
  await expect.poll(() => ada.view.get().connection).toBe("connected");
  kit = (await recovery.download()).text;
});

afterEach(() => ada.close());

/** Bob comes in by the editor's link while the hub lies to him. */
async function join(tamper: Tamper): Promise<Room> {
  const link = parseLink(ada.link("editor")!);
  if (failed(link)) throw new Error(link.error);
  const world = new TestWorld(hub);
  world.tamper = tamper;
  return await Room.join(world, { server: hub.origin, link, name: "Bob" });
}

async function refusalOf(joining: Promise<Room>): Promise<number> {
  const outcome = await joining.catch((error: unknown) => error);
  if (outcome instanceof Room) outcome.close();
  if (!(outcome instanceof RoomError)) throw new Error(`not refused: ${outcome}`);
  return outcome.code;
}

function onRoom(change: (frame: HubFrame & { type: "room" }) => HubFrame): Tamper {
  return (frame) => [frame.type === "room" ? change(frame) : frame];
}

test("K4 another room's genesis under this room's id is refused", async () => {
  const { room } = await Room.create(new TestWorld(hub), { server: hub.origin, ...options });
  const other = [...hub.rooms.values()][1]!;
  const lie = onRoom((frame) => ({ ...frame, genesis: other.state.genesis.bytes, manifests: other.manifests }));
  expect(await refusalOf(join(lie))).toBe(101);
  room.close();
});

test("M2 manifests of another room are refused", async () => {
  const { room } = await Room.create(new TestWorld(hub), { server: hub.origin, ...options });
  const other = [...hub.rooms.values()][1]!;
  expect(await refusalOf(join(onRoom((frame) => ({ ...frame, manifests: other.manifests }))))).toBe(101);
  room.close();
});

test("M3 a manifest that no owner signed is refused", async () => {
  await ada.powers.setReadOnly(true);
  const lie = onRoom((frame) => ({
    ...frame,
    manifests: frame.manifests.map((bytes, i) => (i === 1 ? damaged(bytes) : bytes)),
  }));
  expect(await refusalOf(join(lie))).toBe(101);
});

test("K9 a link that knows a newer manifest than the hub shows is refused", async () => {
  await ada.powers.setReadOnly(true);
  expect(await refusalOf(join(onRoom((frame) => ({ ...frame, manifests: frame.manifests.slice(0, 1) }))))).toBe(101);
});

test("M3 K9 who was in the room before and comes in by an old link again is not shown older rules, nor another log", async () => {
  const old = parseLink(ada.link("editor")!);
  if (failed(old)) throw new Error(old.error);
  const world = new TestWorld(hub);
  const again = () => Room.join(world, { server: hub.origin, link: old, name: "Bob" });
  await ada.powers.setReadOnly(true);
  const bob = await again();
  await expect.poll(() => bob.view.get().readOnly).toBe(true);
  bob.close();
  world.tamper = onRoom((frame) => ({ ...frame, manifests: frame.manifests.slice(0, 1) }));
  expect(await refusalOf(again())).toBe(101);
  world.tamper = onRoom((frame) => ({ ...frame, kind: 0, incarnation: frame.incarnation.map((byte) => byte ^ 1) }));
  expect(await refusalOf(again())).toBe(101);
  world.tamper = (frame) => [frame];
  (await again()).close();
});

test("K7 another door than the manifest promises is refused", async () => {
  const [room] = hub.rooms.values();
  const viewers = room!.doors.find(({ role }) => role === 1)!;
  const swapped: Tamper = (frame) => [frame.type === "door" ? { ...frame, door: viewers.bytes } : frame];
  expect(await refusalOf(join(swapped))).toBe(101);
  const broken: Tamper = (frame) => [frame.type === "door" ? { ...frame, door: damaged(frame.door) } : frame];
  expect(await refusalOf(join(broken))).toBe(101);
});

test("M6 two owner-signed manifests of one version stop a room, and a manifest by another hand does not", async () => {
  const recovered = await readRecovery(kit, undefined);
  if ("error" in recovered) throw new Error(recovered.error);
  const world = new ManualWorld(hub);
  const link = parseLink(ada.link("editor")!);
  if (failed(link)) throw new Error(link.error);
  const bob = await Room.join(world, { server: hub.origin, link, name: "Bob" });
  await ada.powers.setReadOnly(true);
  await expect.poll(() => bob.view.get().readOnly).toBe(true);

  const first = parseManifest([...hub.rooms.values()][0]!.manifests[0]!);
  if (failed(first)) throw new Error(first.error);
  const fork = await signNext(recovered, first, { policy: 2 });
  for (const line of hub.lines) line.give({ type: "manifest", manifest: damaged(fork.bytes) });
  for (const line of hub.lines) line.give({ type: "manifest", manifest: fork.bytes });
  await expect.poll(() => bob.view.get().alarms.map(({ kind }) => kind)).toContain("forked-manifests");
  await expect.poll(() => bob.view.get().connection).toBe("ended");
  expect(bob.view.get().problem).toMatchObject({ code: 101, text: expect.stringContaining("forked") });
  const joins = hub.asked.join;
  void bob.chat.send("still here");
  await world.pass(60);
  expect(hub.asked.join, "nobody who saw the proof comes back").toBe(joins);
  expect(hub.lines.size).toBe(0);
  expect(bob.chat.view.get().map(({ state }) => state)).toEqual(["sending"]);
});

function damaged(bytes: Uint8Array): Uint8Array {
  return bytes.map((byte, i) => (i === bytes.length - 1 ? byte ^ 1 : byte));
}
