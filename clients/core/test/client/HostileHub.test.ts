import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Room, type RoomFile } from "../../src/client/index.ts";
import { Limits } from "../../src/limits.ts";
import { parseLink } from "../../src/rooms/Link.ts";
import type { HubFrame } from "../../src/wire/HubFrame.ts";
import { parseRecord } from "../../src/wire/RecordView.ts";
import { failed } from "../../src/wire/WireError.ts";
import { ManualWorld } from "./ManualWorld.ts";
import { TestHub } from "./TestHub.ts";
import { TestWorld } from "./TestWorld.ts";

/**
 * What a hub can do to a client besides being silent. Ada owns a room, Bob edits in it; what the hub tells one of them is
 * tampered with. In every case the client must say so, and nothing that Ada did not write may reach Bob's text.
 */
let hub: TestHub;
let ada: Member;
let bob: Member;

interface Member {
  readonly world: TestWorld;
  readonly room: Room;
  readonly file: RoomFile;
}

beforeEach(async () => {
  hub = new TestHub();
  const world = new TestWorld(hub);
  const { room } = await Room.create(world, { server: hub.origin, title: "A room", name: "Ada", kind: "permanent" });
  const file = await room.tree.create("file", undefined, "notes.txt");
  ada = { world, room, file: await room.open(file) };
  bob = await join();
  await write(ada, "first ");
  await expect.poll(() => text(bob)).toBe("first ");
});

afterEach(() => {
  for (const { room } of [ada, bob]) room.close();
});

async function join(world = new TestWorld(hub), name = "Bob"): Promise<Member> {
  const link = parseLink(ada.room.link("editor")!);
  if (failed(link)) throw new Error(link.error);
  const room = await Room.join(world, { server: hub.origin, link, name });
  return { world, room, file: await room.open(ada.file.id) };
}

function text({ file }: Member): string {
  return file.text.toString();
}

function alarms({ room }: Member): string[] {
  return room.view.get().alarms.map((alarm) => alarm.kind);
}

/** Writes at the end, and waits until the hub has it. */
async function write(member: Member, words: string): Promise<void> {
  member.file.text.insert(member.file.text.length, words);
  await expect.poll(() => member.room.view.get().unsaved).toBe(0);
}

function ofFile(frame: HubFrame): frame is HubFrame & { type: "deliver" } {
  if (frame.type !== "deliver") return false;
  const record = parseRecord(frame.envelope.record);
  return !failed(record) && record.stream === ada.file.id;
}

function flipped(bytes: Uint8Array, at: number): Uint8Array {
  return bytes.map((byte, i) => (i === at ? byte ^ 1 : byte));
}

function withRecord(frame: HubFrame & { type: "deliver" }, record: Uint8Array): HubFrame {
  return { ...frame, envelope: { ...frame.envelope, record } };
}

describe("a hub that tampers with a log", () => {
  test("J14 a position held back is an alarm, and what follows it is not applied", async () => {
    let held = 0;
    bob.world.tamper = (frame) => (ofFile(frame) && held++ === 0 ? [] : [frame]);
    await write(ada, "second ");
    await write(ada, "third ");
    await expect.poll(() => alarms(bob)).toEqual(["broken-chain"]);
    expect(text(bob)).toBe("first ");
  });

  test("J14 positions in another order are an alarm", async () => {
    const held: HubFrame[] = [];
    bob.world.tamper = (frame) => {
      if (!ofFile(frame)) return [frame];
      held.unshift(frame);
      return held.length === 2 ? held : [];
    };
    await write(ada, "second ");
    await write(ada, "third ");
    await expect.poll(() => alarms(bob)).toEqual(["broken-chain"]);
    expect(text(bob)).toBe("first ");
  });

  test("J14 a position told twice is an alarm, and is applied once", async () => {
    bob.world.tamper = (frame) => (ofFile(frame) ? [frame, frame] : [frame]);
    await write(ada, "second ");
    await expect.poll(() => alarms(bob)).toEqual(["broken-chain"]);
    expect(text(bob)).toBe("first second ");
  });

  test.each([
    ["ciphertext", (record: Uint8Array) => record.length - 80],
    ["signature", (record: Uint8Array) => record.length - 1],
    ["counter", () => 63],
  ])("J11 J13 a record whose %s was changed is the hub's fault, and is not applied", async (_, at) => {
    bob.world.tamper = (frame) =>
      ofFile(frame) ? [withRecord(frame, flipped(frame.envelope.record, at(frame.envelope.record)))] : [frame];
    await write(ada, "second ");
    await expect.poll(() => alarms(bob)).toContain("hub-fault");
    expect(text(bob)).toBe("first ");
  });

  test("J10 a history that differs in nothing but the hub's clock is found by the next record", async () => {
    let first = true;
    bob.world.tamper = (frame) => {
      if (!ofFile(frame) || !first) return [frame];
      first = false;
      return [{ ...frame, envelope: { ...frame.envelope, serverTime: frame.envelope.serverTime + 1 } }];
    };
    await write(ada, "second ");
    await write(ada, "third ");
    await expect.poll(() => alarms(bob)).toEqual(["forked-history"]);
    expect(text(bob)).toBe("first second ");
  });

  test("J14 a log rolled back while Bob was away is an alarm, and his text stays", async () => {
    await write(ada, "second ");
    await expect.poll(() => text(bob)).toBe("first second ");
    ada.room.close();
    const log = hub.log([...hub.rooms.keys()][0]!, ada.file.id);
    log.envelopes.pop();
    log.heads.pop();
    await hub.restart();
    await expect.poll(() => alarms(bob)).toEqual(["rolled-back"]);
    expect(text(bob)).toBe("first second ");
  });
});

test("a time that no calendar has is shown as one that it has: it decides nothing and breaks no page", async () => {
  bob.world.tamper = (frame) =>
    frame.type === "deliver"
      ? [{ ...frame, envelope: { ...frame.envelope, serverTime: Number.MAX_SAFE_INTEGER } }]
      : [frame];
  await ada.room.chat.send("hello");
  await expect.poll(() => bob.room.chat.view.get().length).toBe(1);
  expect(new Date(bob.room.chat.view.get()[0]!.time).toISOString()).toBe("+275760-09-13T00:00:00.000Z");
});

describe("a hub that lies about who writes", () => {
  test("S3 W3 a certificate put in the place of the author's lets nothing in", async () => {
    let swapped = 0;
    const eve = await join();
    const papers = [...[...hub.rooms.values()][0]!.papers.values()];
    const eves = papers.at(-1)!;
    const world = new TestWorld(hub);
    world.tamper = (frame) => {
      if (frame.type !== "member" || frame.cert === eves.cert) return [frame];
      swapped++;
      return [{ ...frame, cert: eves.cert }];
    };
    const carol = await join(world);
    await expect.poll(() => alarms(carol)).toContain("hub-fault");
    expect(swapped).toBeGreaterThan(0);
    expect(text(carol)).toBe("");
    for (const { room } of [eve, carol]) room.close();
  });

  test("W1 bytes that are no frame end the connection, and the client comes back", async () => {
    for (const line of hub.lines) line.onmessage(Uint8Array.of(0, 0, 0, 9, 1));
    await expect.poll(() => bob.room.view.get().connection).not.toBe("connected");
    await expect.poll(() => bob.room.view.get().connection, { timeout: 5_000 }).toBe("connected");
    await expect.poll(() => ada.room.view.get().connection, { timeout: 5_000 }).toBe("connected");
    await write(ada, "second ");
    await expect.poll(() => text(bob)).toBe("first second ");
    expect(alarms(bob)).toEqual([]);
  });
});

describe("a hub that leaves out what must come first", () => {
  const faults = ({ room }: Member) =>
    room.view.get().alarms.filter(({ kind, text }) => kind === "hub-fault" && / W3: /.test(text));

  test("W3 J2 what someone relays under rules that were never sent is the hub's fault, and is not believed", async () => {
    bob.world.tamper = (frame) => (frame.type === "manifest" ? [] : [frame]);
    await ada.room.rename("Other");
    ada.room.point({ file: ada.file.id, typing: true });
    await expect.poll(() => faults(bob).length).toBe(1);
    expect(bob.room.cursors.get()).toEqual([]);
    expect(bob.room.view.get().title).not.toBe("Other");
  });

  test("W3 J3 what someone relays whose session was never named is the hub's fault, and is not believed", async () => {
    bob.world.tamper = (frame) => (frame.type === "member" || frame.type === "deliver" ? [] : [frame]);
    const carol = await join();
    carol.room.point({ file: ada.file.id, typing: true });
    await expect.poll(() => faults(bob).length).toBe(1);
    expect(bob.room.cursors.get()).toEqual([]);
    carol.room.close();
  });
});

test("P2 a pulse of another history is an alarm that names its member, once however often it comes", async () => {
  const world = new ManualWorld(hub);
  const eve = await join(world, "Eve");
  await expect.poll(() => text(eve)).toBe("first ");
  await expect.poll(() => eve.room.view.get().unsaved).toBe(0);
  world.tamper = (frame) =>
    frame.type === "deliver"
      ? [{ ...frame, envelope: { ...frame.envelope, serverTime: frame.envelope.serverTime + 1 } }]
      : [frame];
  await ada.room.chat.send("hello");
  await write(ada, "second "); // two streams differ
  await expect.poll(() => text(eve)).toBe("first second ");
  for (let pulses = 0; pulses < 3; pulses++) await world.pass(6);
  await expect.poll(() => alarms(ada)).toEqual(["forked-history"]);
  expect(ada.room.view.get().alarms[0]!.text).toMatch(/^Eve sees a different history at position \d \(P2\)$/);
  expect(alarms(bob)).toEqual(["forked-history"]);
  eve.room.close();
});

test("P2 of more streams than a pulse takes each is told in its turn", async () => {
  const world = new ManualWorld(hub);
  const eve = await join(world, "Eve");
  await expect.poll(() => text(eve)).toBe("first ");
  const more = Array.from({ length: Limits.MaxPulseStreams }, (_, nth) =>
    ada.room.tree.create("file", undefined, `${nth}.txt`),
  );
  const last = (await Promise.all(more)).at(-1)!;
  await expect.poll(() => eve.room.tree.view.get().length).toBe(1 + more.length);
  for (const { id } of eve.room.tree.view.get()) if (id !== last) await eve.room.open(id);
  const [hers, eves] = [await ada.room.open(last), await eve.room.open(last)];
  await expect.poll(() => eves.state.get()).toBe("ready");
  world.tamper = (frame) => {
    const record = frame.type === "deliver" ? parseRecord(frame.envelope.record) : undefined;
    if (frame.type !== "deliver" || record === undefined || failed(record) || record.stream !== last) return [frame];
    return [{ ...frame, envelope: { ...frame.envelope, serverTime: frame.envelope.serverTime + 1 } }];
  };
  hers.text.insert(0, "another history");
  await expect.poll(() => eves.text.toString()).toBe("another history");
  for (let pulses = 0; pulses < 2; pulses++) await world.pass(6);
  await expect.poll(() => alarms(ada)).toEqual(["forked-history"]);
  eve.room.close();
});

describe("a hub that lies to the author", () => {
  test("J15 an ack with another head is an alarm, and the change stays unsaved", async () => {
    ada.world.tamper = (frame) => (frame.type === "ack" ? [{ ...frame, head: flipped(frame.head, 0) }] : [frame]);
    ada.file.text.insert(0, "lost ");
    await expect.poll(() => alarms(ada)).toEqual(["bad-ack"]);
    expect(ada.room.view.get().unsaved).toBeGreaterThan(0);
  });

  test("J15 an ack for another place is an alarm, and the change stays unsaved", async () => {
    ada.world.tamper = (frame) => (frame.type === "ack" ? [{ ...frame, seq: frame.seq + 1 }] : [frame]);
    ada.file.text.insert(0, "lost ");
    await expect.poll(() => alarms(ada).length).toBe(1);
    expect(ada.room.view.get().unsaved).toBeGreaterThan(0);
  });
});
