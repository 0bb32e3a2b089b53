import { afterEach, describe, expect, test, vi } from "vitest";
import * as Y from "yjs";
import { Random } from "../../../../tests/support/Random.ts";
import { loadKeyring } from "../../src/client/Keyring.ts";
import { FROM_LOG } from "../../src/client/origins.ts";
import { RoomSync } from "../../src/client/RoomSync.ts";
import type { Room, RoomFile } from "../../src/index.ts";
import { encodeStates } from "../../src/rooms/Payloads/States.ts";
import { parseRoomId } from "../../src/wire/Base32.ts";
import { RecordClass } from "../../src/wire/Classes.ts";
import type { StreamId } from "../../src/wire/Ids.ts";
import { parseRecord } from "../../src/wire/RecordView.ts";
import { failed } from "../../src/wire/WireError.ts";
import { Company, opened, same, saved, until } from "./Company.ts";
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
async function two() {
  const ada = await company.found();
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

  test("E8 who says what is not so changes nothing, and is named", async () => {
    const { ada, hers, his, id } = await two();
    const eve = await liar(company.world(), ada);
    await until(() => his.state.get() === "ready", "Bob reads");
    const { control } = eve.state.streams;
    const seq = ada.heads().get(id)!.seq;
    const states = encodeStates([{ stream: id as StreamId, seq, digest: new Uint8Array(32) }]);
    const before = hers.doc;
    await until(() => {
      void eve.sendEphemeral(RecordClass.Signal, control, states);
      return ada.together.inStep.of(hers.id).get().differs.length === 1;
    }, "Ada is told of another copy");
    await until(() => hers.mended.get() !== undefined, "she looked once");
    expect(hers.mended.get()).toMatchObject({ sound: true, text: undefined });
    expect(hers.doc).toBe(before);
    expect(ada.together.inStep.of(hers.id).get().differs).toEqual([eve.memberId]);
    expect(await same(hers, his)).toBe("one two three ");
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
