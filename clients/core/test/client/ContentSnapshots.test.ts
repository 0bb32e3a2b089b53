import { afterEach, describe, expect, test } from "vitest";
import { Random } from "../../../../tests/support/Random.ts";
import type { Room } from "../../src/index.ts";
import { ChatKind, encodeChat, parseChat } from "../../src/rooms/Payloads/Chat.ts";
import { encodeTreePayload } from "../../src/rooms/Payloads/TreePayload.ts";
import { packSnapshot } from "../../src/rooms/Snapshot.ts";
import { encodeSnapshotClear } from "../../src/rooms/SnapshotClear.ts";
import { encodeChatState, encodeTreeState, type KeptMessage, type NamedNode } from "../../src/rooms/SnapshotState.ts";
import { encodeTreeChange, TreeKind } from "../../src/rooms/TreeChange.ts";
import { RecordClass } from "../../src/wire/Classes.ts";
import type { HubFrame } from "../../src/wire/HubFrame.ts";
import { idOf, type MemberId, type NodeId, type OpId, ROOT, type StreamId } from "../../src/wire/Ids.ts";
import { parseRecord } from "../../src/wire/RecordView.ts";
import { failed } from "../../src/wire/WireError.ts";
import { random as anyBytes } from "../Founding.ts";
import { Company, saved, until } from "./Company.ts";
import { Forger } from "./Forger.ts";
import type { TestWorld } from "./TestWorld.ts";

/** Snapshots of the tree and the chat: who joins by one and the tail holds what who reads the whole log holds. */
let company = new Company();
afterEach(() => {
  company.part();
  company = new Company();
});

function streams(): { tree: StreamId; chat: StreamId } {
  return [...company.hub.rooms.values()][0]!.state.streams;
}

function log(stream: StreamId) {
  return company.hub.log([...company.hub.rooms.keys()][0]!, stream).envelopes;
}

function snapshots(stream: StreamId): number {
  return log(stream).filter(({ record }) => record[1] === RecordClass.Snapshot).length;
}

/** Joins; @returns also the positions of the stream that the hub delivered. @param byLog refuses every snapshot, as if a stranger had signed it. */
async function join(host: Room, name: string, byLog: boolean, world = company.world()) {
  const seqs = new Map<StreamId, number[]>();
  world.tamper = (frame: HubFrame) => {
    if (frame.type === "snapshot" && byLog) {
      const record = frame.envelope.record.map((byte, at, { length }) => (at === length - 1 ? byte ^ 1 : byte));
      return [{ ...frame, envelope: { ...frame.envelope, record } }];
    }
    const view = frame.type === "deliver" ? parseRecord(frame.envelope.record) : undefined;
    if (frame.type === "deliver" && view !== undefined && !failed(view))
      seqs.set(view.stream, [...(seqs.get(view.stream) ?? []), frame.envelope.seq]);
    return [frame];
  };
  const room = await company.join(host, name, "editor", world);
  return { room, seqs, world };
}

/** What a person sees of tree and chat, and the chains behind it. */
function shown(room: Room): object {
  const heads = room.heads();
  const { tree, chat } = streams();
  return {
    tree: room.tree.view
      .get()
      .map(({ id, parent, kind, name, path, creator }) => [id, parent, kind, name, path, creator]),
    chat: room.chat.view.get().map(({ id, memberId, text, time }) => [id, memberId, text, time]),
    heads: [tree, chat].map((stream) => [heads.get(stream)?.seq, heads.get(stream)?.head.join()]),
  };
}

async function equals(...rooms: Room[]): Promise<void> {
  await saved(...rooms);
  const all = () => new Set(rooms.map((room) => JSON.stringify(shown(room))));
  for (let tries = 0; all().size > 1 && tries < 300; tries++) await new Promise((resolve) => setTimeout(resolve, 10));
  for (const room of rooms) expect(shown(room)).toEqual(shown(rooms[0]!));
  for (const room of rooms) expect(room.view.get().alarms).toEqual([]);
}

/** One of the people does something to the tree, allowed or not. */
async function change(people: readonly Room[], random: Random): Promise<void> {
  const room = random.pick(people);
  const nodes = room.tree.view.get();
  const folders = nodes.filter(({ kind }) => kind === "folder").map(({ id }) => id);
  const folder = () => random.pick([undefined, ...folders]);
  const name = () => `${random.text(40).replace(/[\n😀]/gu, "x")}${"n".repeat(150)}`;
  const any = () => random.pick(nodes).id;
  const act = random.below(nodes.length < 4 ? 2 : 12);
  const doing =
    act < 5
      ? room.tree.create(act === 1 ? "folder" : "file", folder(), name())
      : act < 9
        ? room.tree.rename(any(), name())
        : act < 10
          ? room.tree.move(any(), folder())
          : act < 11
            ? room.tree.delete(any())
            : room.tree.undo();
  await doing.catch(() => {}); // another was quicker, or it is not theirs
}

describe("a joiner by snapshot and tail", () => {
  test("N3 N4 T4 holds the tree that the whole log gives, after any history, and goes on alike", async () => {
    const random = Random.printed();
    const ada = await company.found();
    const bob = await company.join(ada, "Bob");
    await until(() => bob.view.get().connection === "connected", "Bob is in");
    const { tree } = streams();
    while (snapshots(tree) === 0) await change([ada, bob], random);
    for (let n = 0; n < 20; n++) await change([ada, bob], random);
    await equals(ada, bob);

    const [carol, dave] = [await join(ada, "Carol", false), await join(ada, "Dave", true)];
    await equals(ada, bob, carol.room, dave.room);
    const [first] = carol.seqs.get(tree)!;
    expect(first, "by the snapshot").toBeGreaterThan(50);
    expect(dave.seqs.get(tree), "by the log").toContain(1);
    const deletable = (room: Room) => room.tree.view.get().filter(({ mayDelete }) => mayDelete);
    expect(deletable(carol.room), "she made none of it").toEqual([]);
    expect(deletable(ada).length).toBe(ada.tree.view.get().length);

    for (let n = 0; n < 40; n++) await change([ada, bob, carol.room, dave.room], random);
    await equals(ada, bob, carol.room, dave.room);
    const own = await bob.tree.create("file", undefined, "Bob's");
    const { room: eve } = await join(ada, "Eve", false);
    await equals(ada, eve);
    await expect(eve.tree.delete(own)).rejects.toThrow();
    await bob.tree.delete(own);
    await equals(ada, bob, carol.room, dave.room, eve);
  }, 60_000);

  test("N3 N4 T7 holds the chat that the whole log gives; a message that comes again after the snapshot counts once", async () => {
    const random = Random.printed();
    const adas = company.world();
    const bobs = company.world();
    const ada = await company.found({}, adas);
    const bob = await company.join(ada, "Bob", "editor", bobs);
    const { chat } = streams();
    while (snapshots(chat) === 0) await random.pick([ada, bob]).chat.send(random.text(1 + random.below(9_000)));
    await bob.chat.send("after");
    await equals(ada, bob);

    const forger = await Forger.of(company.hub, bobs, bob);
    const said = await forger.open(log(chat).find(({ record }) => record[1] === RecordClass.Chat)!.record);
    const first = parseChat(said);
    if (failed(first)) throw new Error(first.error);
    const again = { opId: first.opId, kind: ChatKind.Message, text: "the same message, says Bob's client" };
    bob.close();
    await forger.append(RecordClass.Chat, chat, Uint8Array.of(0), encodeChat(again));

    const [carol, dave] = [await join(ada, "Carol", false), await join(ada, "Dave", true)];
    await equals(ada, carol.room, dave.room);
    expect(carol.seqs.get(chat)![0]).toBeGreaterThan(5);
    expect(dave.seqs.get(chat)).toContain(1);
    expect(carol.room.chat.view.get().some(({ text }) => text === again.text)).toBe(false);
    await dave.room.chat.send("and on");
    await equals(ada, carol.room, dave.room);
  }, 60_000);

  test("T7 T8 sees the same name after a rename under an operation that was used before the snapshot", async () => {
    const bobs = company.world();
    const ada = await company.found();
    const bob = await company.join(ada, "Bob", "editor", bobs);
    await until(() => bob.view.get().connection === "connected", "Bob is in");
    const { tree } = streams();
    const id = (await ada.tree.create("file", undefined, "first")) as NodeId;
    const forger = await Forger.of(company.hub, bobs, bob);
    bob.close();
    const opId = idOf<OpId>(anyBytes(16));
    const clear = encodeTreeChange({ kind: TreeKind.Rename, node: id, parent: ROOT });
    await forger.append(RecordClass.Tree, tree, clear, encodeTreePayload({ opId, name: "second" }));
    while (snapshots(tree) === 0)
      await ada.tree.rename(await ada.tree.create("file", undefined, "n".repeat(190)), "m".repeat(190));
    await ada.tree.rename(id, "third");
    await forger.append(RecordClass.Tree, tree, clear, encodeTreePayload({ opId, name: "fourth" }));
    const [carol, dave] = [await join(ada, "Carol", false), await join(ada, "Dave", true)];
    await equals(ada, carol.room, dave.room);
    expect(carol.room.tree.view.get().find((node) => node.id === id)?.name).toBe("fourth");
  }, 60_000);
});

describe("a snapshot that its author made up", () => {
  const node = (number: number, change: Partial<NamedNode> = {}): NamedNode => ({
    id: number.toString(16).padStart(32, "0") as NodeId,
    parent: ROOT,
    kind: TreeKind.CreateFolder,
    creator: "a".repeat(32) as MemberId,
    diedWith: undefined,
    name: "made up",
    ...change,
  });
  const message = (seq: number, opId: string): KeptMessage => ({
    seq,
    time: 1,
    memberId: "a".repeat(32) as MemberId,
    opId: opId.repeat(32) as OpId,
    text: "made up",
  });
  const tail = { versionFloor: 0, counters: new Map() };
  const broken = (state: Uint8Array) => state.map((byte, at) => (at === 10 ? byte ^ 1 : byte));
  const cases: readonly [string, "tree" | "chat", Uint8Array][] = [
    [
      "a tree with a cycle",
      "tree",
      encodeTreeState([node(1, { parent: node(2).id }), node(2, { parent: node(1).id })], tail),
    ],
    ["a tree whose digest is another's", "tree", broken(encodeTreeState([node(1)], tail))],
    ["bytes that are no tree", "tree", anyBytes(200)],
    ["a chat that says a message twice", "chat", encodeChatState([message(1, "b"), message(2, "b")], tail)],
    ["a chat out of order", "chat", encodeChatState([message(2, "b"), message(1, "c")], tail)],
    ["a chat from beyond its log", "chat", encodeChatState([message(9, "b")], tail)],
    ["a chat whose digest is another's", "chat", broken(encodeChatState([message(1, "b")], tail))],
    ["bytes that are no chat", "chat", anyBytes(200)],
  ];

  async function scene(name: "tree" | "chat", state: Uint8Array) {
    const adas = company.world();
    const ada = await company.found({}, adas);
    const bob = await company.join(ada, "Bob");
    const file = await ada.tree.create("file", undefined, "a.txt");
    await bob.chat.send("hello");
    await ada.chat.send("hi");
    await equals(ada, bob);
    const stream = streams()[name];
    const forger = await Forger.of(company.hub, adas, ada);
    const { seq, head } = ada.heads().get(stream)!;
    const clear = encodeSnapshotClear({ stream, seq, head, previous: new Uint8Array(32), blobs: [] });
    const link = ada;
    ada.close();
    await forger.append(RecordClass.Snapshot, stream, clear, await packSnapshot(state));
    return { bob, file, host: link };
  }

  test.each(cases)(
    "N4 N5 %s is not started from, even an owner's; who holds the state says so",
    async (_, name, state) => {
      const { bob, host } = await scene(name, state);
      const { room: carol, seqs } = await join(host, "Carol", false);
      await until(
        () => carol.tree.view.get().length === 1 && carol.chat.view.get().length === 2,
        "Carol has it from the log",
      );
      expect(seqs.get(streams()[name])).toContain(1);
      await until(() => bob.view.get().alarms.length > 0, "Bob is told");
      expect(bob.view.get().alarms[0]!.text).toContain("(N5)");
      await carol.chat.send("I can write");
      expect(carol.tree.view.get()[0]!.name).toBe("a.txt");
    },
  );

  test("N5 a whole tree that never was is told of by who holds the true one", async () => {
    const { bob } = await scene("tree", encodeTreeState([node(1)], tail));
    await until(() => bob.view.get().alarms.length > 0, "Bob is told");
    expect(bob.view.get().alarms[0]!.text).toBe("a member's snapshot of the tree says other than its log (N5)");
    expect(bob.tree.view.get().map(({ name }) => name)).toEqual(["a.txt"]);
  });
});

describe("who writes snapshots", () => {
  const long = "x".repeat(15_000);

  test("N3 N4 an editor alone writes none, and an owner who comes back writes what is due", async () => {
    const world: TestWorld = company.world();
    const ada = await company.found({}, world);
    const bob = await company.join(ada, "Bob");
    ada.close();
    for (let n = 0; n < 6; n++) await bob.chat.send(`${n} ${long}`);
    await saved(bob);
    expect(snapshots(streams().chat)).toBe(0);
    const again = await company.reopen(ada, world);
    await until(() => snapshots(streams().chat) === 1, "Ada has written one");
    await equals(again, bob);
  });

  test("N3 an owner who reads along writes what an editor made due, once", async () => {
    const ada = await company.found();
    const bob = await company.join(ada, "Bob");
    for (let n = 0; n < 7; n++) await bob.chat.send(`${n} ${long}`);
    await until(() => snapshots(streams().chat) > 0, "Ada has written one");
    await equals(ada, bob);
    expect(snapshots(streams().chat)).toBe(1);
  });
});
