import { afterEach, describe, expect, test, vi } from "vitest";
import * as Y from "yjs";
import { Random } from "../../../../tests/support/Random.ts";
import { loadKeyring } from "../../src/client/Keyring.ts";
import { FROM_LOG } from "../../src/client/origins.ts";
import { RoomSync } from "../../src/client/RoomSync.ts";
import type { Room, RoomFile } from "../../src/index.ts";
import { snapshotOf } from "../../src/rooms/FileSnapshot.ts";
import { encodeStates } from "../../src/rooms/Payloads/States.ts";
import { inRecord } from "../../src/rooms/Snapshot.ts";
import { encodeSnapshotClear } from "../../src/rooms/SnapshotClear.ts";
import { parseRoomId } from "../../src/wire/Base32.ts";
import { RecordClass } from "../../src/wire/Classes.ts";
import type { HubFrame } from "../../src/wire/HubFrame.ts";
import type { StreamId } from "../../src/wire/Ids.ts";
import { parseRecord } from "../../src/wire/RecordView.ts";
import { failed } from "../../src/wire/WireError.ts";
import { Company, idOf, opened, same, saved, until } from "./Company.ts";
import { Forger } from "./Forger.ts";
import type { TestWorld } from "./TestWorld.ts";

/** What comes of a document that is not as its log says any more, in a world in which time goes ten times as fast. */
let company = new Company(10);
const liars: RoomSync[] = [];

afterEach(() => {
  for (const liar of liars.splice(0)) liar.close();
  company.part();
  company = new Company(10);
});

/** Ada's file with some history, and Bob's page of it with the documents that it keeps. */
async function two(kind: "memory" | "permanent" = "permanent") {
  const ada = await company.found({ kind });
  const id = await ada.tree.create("file", undefined, "a.txt");
  const hers = await opened(ada, id);
  for (const word of ["one ", "two ", "three "]) {
    hers.text.insert(hers.text.length, word);
    await saved(ada);
  }
  const bob = await company.join(ada, "Bob");
  await until(() => bob.tree.view.get().length === 1, "Bob sees the file");
  const docs = new Set<Y.Doc>();
  const emit = Y.Doc.prototype.emit;
  const spy = vi.spyOn(Y.Doc.prototype, "emit").mockImplementation(function (this: Y.Doc, ...args) {
    docs.add(this);
    return emit.apply(this, args);
  });
  const his = await opened(bob, id);
  spy.mockRestore();
  await same(hers, his);
  return { ada, bob, id, hers, his, docs };
}

/** How often anybody asks for a file's log from now on. */
function reads(id: string): { count: number } {
  const seen = { count: 0 };
  company.hub.refusing.subscribe = (stream) => {
    if (stream === id) seen.count += 1;
    return false;
  };
  return seen;
}

/** Says a digest that is nobody's, of the file as it stands, until it is so. */
async function lieUntil(eve: RoomSync, id: string, holds: () => boolean, what: string): Promise<void> {
  await until(() => {
    const seq = company.hub.log(company.atHub().state.roomId, id as StreamId).envelopes.length;
    const states = encodeStates([{ stream: id as StreamId, seq, digest: new Uint8Array(32) }]);
    void eve.sendEphemeral(RecordClass.Signal, eve.state.streams.control, states);
    return holds();
  }, what);
}

function withOthers(room: Room, { id }: RoomFile): number {
  return room.together.inStep.of(id).get().withOthers;
}

/** The same letters in each of these documents, by nobody. */
function corrupt(docs: Iterable<Y.Doc>, from: Y.Doc, at: number, remove: number, text: string): void {
  const copy = new Y.Doc();
  Y.applyUpdate(copy, Y.encodeStateAsUpdate(from));
  copy.getText("text").delete(at, remove);
  copy.getText("text").insert(at, text);
  for (const doc of docs) Y.applyUpdate(doc, Y.encodeStateAsUpdate(copy), FROM_LOG);
}

describe("a document that came apart from its log", () => {
  test("E8 all say that they are in step, and nothing is read anew", async () => {
    const { ada, bob, hers, his } = await two();
    await until(() => withOthers(ada, hers) === 1 && withOthers(bob, his) === 1, "both are in step");
    his.text.insert(0, "and ");
    await same(hers, his);
    await until(() => withOthers(ada, hers) === 1 && withOthers(bob, his) === 1, "both are in step again");
    expect([hers.mended.get(), his.mended.get()]).toEqual([undefined, undefined]);
  });

  test("E8 what is shown and is not what the log says is made anew, alone too, and its text is kept", async () => {
    const { bob, id, his, hers } = await two();
    corrupt([his.doc], his.doc, 4, 4, "2 ");
    expect(his.text.toString()).toBe("one 2 three ");
    await until(() => his.mended.get() !== undefined, "it was read anew");
    expect(his.mended.get()).toMatchObject({ sound: false, text: "one 2 three " });
    await same(hers, his);
    expect(his.text.toString()).toBe("one two three ");
    await until(() => his.state.get() === "ready", "it is shown");
    his.close();
    await bob.tree.create("file", undefined, "b.txt");
    const { mended } = await opened(bob, id);
    expect(mended.get()?.text).toBe("one 2 three "); // until taken note of
    his.text.insert(0, "zero ");
    await saved(bob);
    expect(await same(hers, his)).toBe("zero one two three ");
    expect(bob.view.get().alarms).toEqual([]);
  });

  test("E8 a whole copy that is another than the others' is found by theirs, with the position since when", async () => {
    const { ada, bob, hers, his, docs } = await two();
    await until(() => withOthers(bob, his) === 1, "both are in step");
    corrupt(docs, his.doc, 0, 0, "none ");
    hers.text.insert(hers.text.length, "four");
    await until(() => his.mended.get() !== undefined, "Bob's was read anew");
    expect(his.mended.get()).toMatchObject({ sound: false, since: 4, text: "none one two three four" });
    expect(await same(hers, his)).toBe("one two three four");
    await until(() => withOthers(ada, hers) === 1 && withOthers(bob, his) === 1, "both are in step again");
    expect(hers.mended.get()?.sound ?? true).toBe(true);
    expect(bob.view.get().alarms).toEqual([]);
  });

  test("E8 what is typed while it is read anew stays, and is sent once", async () => {
    const { bob, id, his, hers } = await two();
    company.worlds[1]!.tamper = (frame) => {
      if (frame.type === "stream" && frame.stream === id) his.text.insert(his.text.length, "four"); // the log comes next
      return [frame];
    };
    corrupt([his.doc], his.doc, 0, 0, "none ");
    await until(() => his.mended.get() !== undefined, "it was read anew");
    await until(() => his.state.get() === "ready", "it is shown");
    await saved(bob);
    expect(await same(hers, his)).toBe("one two three four");
  });

  test("E8 who says what is not so changes nothing, and is named, and not believed a second time", async () => {
    const { ada, bob, hers, his, id } = await two();
    const eve = await liar(company.world(), ada);
    await until(() => his.state.get() === "ready", "Bob reads");
    const before = hers.doc;
    const differing = (room: Room) => room.together.inStep.of(id).get().differs;
    await lieUntil(eve, id, () => differing(ada).length === 1 && differing(bob).length === 1, "all are told");
    for (const file of [hers, his]) expect(file.mended.get()).toMatchObject({ sound: true, text: undefined });
    expect(hers.doc).toBe(before);
    expect(differing(ada)).toEqual([eve.memberId]);
    expect(await same(hers, his)).toBe("one two three ");
    const asked = reads(id);
    for (const world of company.worlds) world.sleep(61_000);
    hers.text.insert(0, "zero ");
    await saved(ada);
    await until(() => withOthers(ada, hers) === 1 && withOthers(bob, his) === 1, "both are in step");
    await lieUntil(eve, id, () => differing(ada).length === 1 && differing(bob).length === 1, "she says it again");
    expect(asked.count).toBe(0);
  });

  test("E8 what others wrote while a sound copy was read anew is shown in it, and nothing is remade", async () => {
    const { ada, bob, id, hers, his } = await two();
    await until(() => withOthers(bob, his) === 1, "both are in step");
    const before = his.doc;
    const late: HubFrame[] = [];
    let read = false;
    company.worlds[1]!.tamper = (frame) => {
      if (frame.type === "stream" && frame.stream === id) read = true;
      if (read || frame.type !== "deliver" || streamOf(frame) !== id) return [frame];
      late.push(frame); // a slow line: it comes with what is read
      return [];
    };
    const seq = ada.heads().get(id)!.seq;
    const eve = await liar(company.world(), ada);
    hers.text.insert(0, "zero ");
    await saved(ada);
    await until(() => late.length === 1, "it is on its way to Bob");
    const states = encodeStates([{ stream: id as StreamId, seq, digest: new Uint8Array(32) }]);
    await until(() => {
      void eve.sendEphemeral(RecordClass.Signal, eve.state.streams.control, states);
      return his.mended.get() !== undefined;
    }, "Bob looked");
    expect(his.mended.get()).toMatchObject({ sound: true, text: undefined });
    expect(his.text.toString()).toBe("zero one two three ");
    hers.text.insert(0, "less than ");
    expect(await same(hers, his)).toBe("less than zero one two three ");
    expect(his.doc).toBe(before);
  });

  test.each([
    ["is no reason to make a copy anew: the log is read", false],
    ["is an alarm where the server gives it in the place of the log, and changes nothing", true],
  ])("E8 what an owner's snapshot says that is not so %s", async (_, helped) => {
    const { ada, bob, hers, his, id } = await two();
    const log = company.hub.log(company.atHub().state.roomId, id as StreamId);
    const seq = log.envelopes.length;
    const untrue = new Y.Doc();
    Y.applyUpdate(untrue, Y.encodeStateAsUpdate(hers.doc));
    untrue.getText("text").insert(0, "not ");
    const counters = new Map(company.atHub().state.stream(id as StreamId).counters);
    hers.text.insert(0, "zero ");
    await saved(ada);
    await same(hers, his);
    const claims = [...Y.snapshot(untrue).sv.keys()].map((clientId) => ({ clientId, memberId: idOf(ada) }));
    const packed = await snapshotOf(untrue, claims, 0, counters);
    if (failed(packed)) throw new Error(packed.error);
    const clear = { stream: id as StreamId, seq, head: log.heads[seq]!, previous: new Uint8Array(32), blobs: [] };
    const forger = await Forger.of(company.hub, company.worlds[0]!, ada);
    await forger.append(RecordClass.Snapshot, id as StreamId, encodeSnapshotClear(clear), inRecord(packed));
    const eve = await liar(company.world(), ada);
    if (helped) {
      const base = { baseSeq: seq, baseHead: log.heads[seq]! };
      company.worlds[1]!.tamper = (frame) => {
        if (frame.type === "deliver" && frame.envelope.seq <= seq && streamOf(frame) === id) return [];
        if (frame.type !== "stream" || frame.stream !== id) return [frame];
        return [
          { ...frame, ...base },
          { type: "snapshot", envelope: log.envelopes.at(-1)! },
        ];
      };
      await lieUntil(eve, id, () => bob.view.get().alarms.length > 0, "Bob is told");
      expect(bob.view.get().alarms[0]?.text).toContain("begins later");
      expect(his.text.toString()).toBe("zero one two three ");
      return;
    }
    const looked = () => hers.mended.get() !== undefined && his.mended.get() !== undefined;
    await lieUntil(eve, id, looked, "both looked");
    for (const file of [hers, his]) expect(file.mended.get()).toMatchObject({ sound: true, text: undefined });
    expect(await same(hers, his)).toBe("zero one two three ");
    for (const room of [ada, bob]) expect(room.view.get().alarms).toEqual([]);
  });

  test("E8 the text that stood there stays until the person has taken note of it, whatever is found later", async () => {
    const { hers, his } = await two();
    const damage = async (text: string) => {
      corrupt([his.doc], his.doc, 0, 4, text);
      await same(hers, his);
      await until(() => his.state.get() === "ready", "it is shown");
      for (const world of company.worlds) world.sleep(61_000);
    };
    await damage("1 ");
    await damage("first ");
    await until(() => his.mended.get() !== undefined, "it was read anew");
    expect(his.mended.get()?.text).toBe("1 two three ");
    his.mended.set(undefined);
    expect(his.mended.get()?.text).toBe("first two three ");
    his.mended.set(undefined);
    expect(his.mended.get()).toBeUndefined();
  });

  test("E8 a room in memory that is lost while a copy of it is read anew has that copy's text again", async () => {
    const { ada, bob, id, hers, his } = await two("memory");
    company.worlds[1]!.tamper = (frame) => {
      if (frame.type !== "stream" || frame.stream !== id || frame.headSeq === 0) return [frame];
      company.worlds[1]!.tamper = (other) => [other];
      void company.hub.lose();
      return []; // the log does not come any more
    };
    hers.close();
    ada.close();
    corrupt([his.doc], his.doc, 0, 4, "1 ");
    const here = () => bob.view.get().connection === "connected";
    await until(() => !here(), "it is lost");
    await until(here, "it stands again");
    await saved(bob);
    await until(() => his.state.get() === "ready", "it is shown");
    his.text.insert(0, "zero ");
    await saved(bob);
    const cleo = await company.join(bob, "Cleo");
    await until(() => cleo.tree.view.get().length === 1, "Cleo sees the file");
    const theirs = await opened(cleo, id);
    expect(await same(his, theirs)).toBe("zero 1 two three ");
    theirs.text.insert(0, "Cleo: ");
    expect(await same(his, theirs)).toBe("Cleo: zero 1 two three ");
  });

  test("E8 a copy to which a change is just being opened is said as of the change before it", async () => {
    const { ada, bob, hers, his, id } = await two();
    await until(() => withOthers(ada, hers) === 1 && withOthers(bob, his) === 1, "both are in step");
    const asked = reads(id);
    const decrypt = crypto.subtle.decrypt.bind(crypto.subtle);
    let slow = true;
    vi.spyOn(crypto.subtle, "decrypt").mockImplementation(async (...args) => {
      const opened = await decrypt(...args);
      if (!slow || !new TextDecoder().decode(opened).includes("needle")) return opened;
      slow = false;
      await new Promise((resolve) => setTimeout(resolve, 1_500)); // three looks
      return opened;
    });
    hers.text.insert(0, "needle ");
    await saved(ada);
    await same(hers, his);
    vi.restoreAllMocks();
    expect(slow).toBe(false);
    hers.text.insert(0, "a ");
    await same(hers, his);
    await until(() => withOthers(ada, hers) === 1 && withOthers(bob, his) === 1, "both are in step again");
    expect(asked.count).toBe(0);
  });

  test("E8 who finds their own copy wrong names nobody, before it is found and after", async () => {
    const { ada, bob, hers, his, docs, id } = await two();
    await until(() => withOthers(bob, his) === 1, "both are in step");
    const named = new Set<string>();
    const view = bob.together.inStep.of(id);
    view.subscribe(() => {
      for (const member of view.get().differs) named.add(member);
    });
    corrupt(docs, his.doc, 0, 0, "none ");
    hers.text.insert(hers.text.length, "four");
    await until(() => his.mended.get() !== undefined, "Bob's was read anew");
    await until(() => withOthers(ada, hers) === 1 && withOthers(bob, his) === 1, "both are in step again");
    expect([...named]).toEqual([]);
  });

  test("E8 whatever is corrupted at whatever place, all have the log's text in the end", {
    timeout: 60_000,
  }, async () => {
    const dice = Random.printed();
    const { ada, bob, hers, his } = await two();
    for (let round = 0; round < 4; round++) {
      const file = dice.below(2) === 0 ? hers : his;
      const { length } = file.text;
      const at = dice.below(length);
      corrupt([file.doc], file.doc, at, dice.below(length - at), dice.text(dice.below(9)));
      const writer = dice.below(2) === 0 ? hers : his;
      if (writer !== file) writer.text.insert(dice.below(writer.text.length), dice.text(3));
      await until(() => file.mended.get() !== undefined || file.text.toString() === writer.text.toString(), "mended");
      await saved(ada, bob);
      await same(hers, his);
      file.mended.set(undefined);
      for (const world of company.worlds) world.sleep(61_000); // one is read anew at most once a minute
    }
  });
});

test("R4 what is said at once is sent in the order of its counters, however long each takes to seal", async () => {
  const { ada, id } = await two();
  const eve = await liar(company.world(), ada);
  const { control } = eve.state.streams;
  const counters: number[] = [];
  company.worlds[0]!.tamper = (frame) => {
    const record = frame.type === "relay" ? parseRecord(frame.record) : undefined;
    if (record !== undefined && !failed(record) && record.session === eve.session) counters.push(record.counter);
    return [frame];
  };
  const states = encodeStates([{ stream: id as StreamId, seq: 1, digest: new Uint8Array(32) }]);
  const encrypt = crypto.subtle.encrypt.bind(crypto.subtle);
  vi.spyOn(crypto.subtle, "encrypt").mockImplementationOnce(async (...args) => {
    await new Promise((resolve) => setTimeout(resolve, 50)); // this one takes long
    return encrypt(...args);
  });
  for (let nth = 0; nth < 3; nth++) void eve.sendEphemeral(RecordClass.Signal, control, states);
  await until(() => counters.length === 3, "all has come");
  vi.restoreAllMocks();
  expect(counters).toEqual([1, 2, 3]);
});

function streamOf({ envelope }: HubFrame & { type: "deliver" }): string {
  const record = parseRecord(envelope.record);
  return failed(record) ? "" : record.stream;
}

/** Another session in the room, which says what its programmer likes. */
async function liar(world: TestWorld, owner: Room): Promise<RoomSync> {
  const eve = await company.join(owner, "Eve", "editor", world);
  const room = parseRoomId(owner.view.get().id);
  const keyring = failed(room) ? undefined : await loadKeyring(world.vault, room.roomId);
  if (keyring === undefined) throw new Error("no keys are kept");
  const nothing = () => {};
  const sync = new RoomSync(world, keyring, {
    connection: nothing,
    manifest: nothing,
    keys: nothing,
    members: nothing,
    relayed: nothing,
    unsaved: nothing,
    full: nothing,
    unread: nothing,
    alarmed: nothing,
    heard: nothing,
    knock: async () => {},
    rebuilt: nothing,
    lost: async () => "gone",
  });
  await sync.start();
  eve.close();
  liars.push(sync);
  await until(() => sync.joined, "she is in");
  return sync;
}
