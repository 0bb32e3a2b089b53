import { afterEach, describe, expect, test } from "vitest";
import * as Y from "yjs";
import { loadKeyring } from "../../src/client/Keyring.ts";
import { RoomSync } from "../../src/client/RoomSync.ts";
import { parseLink, Room, RoomError } from "../../src/index.ts";
import { snapshotOf } from "../../src/rooms/FileSnapshot.ts";
import { inRecord } from "../../src/rooms/Snapshot.ts";
import { encodeSnapshotClear } from "../../src/rooms/SnapshotClear.ts";
import { parseRoomId } from "../../src/wire/Base32.ts";
import { RecordClass } from "../../src/wire/Classes.ts";
import type { NodeId } from "../../src/wire/Ids.ts";
import { Code } from "../../src/wire/Refusal.ts";
import { failed } from "../../src/wire/WireError.ts";
import { Company, opened, saved, until } from "./Company.ts";
import type { TestWorld } from "./TestWorld.ts";

let company = new Company();
const liars: RoomSync[] = [];
afterEach(() => {
  for (const liar of liars.splice(0)) liar.close();
  company.part();
  company = new Company();
});

const server = "http://hub.test";
const refusal = async (entering: Promise<Room>): Promise<RoomError> => {
  const error = await entering.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(error instanceof RoomError)) throw new Error("it was not refused");
  return error;
};

describe("a room with a password", () => {
  test("K5 K6 K7 link and password open it together, neither does alone, and the password alone opens as a viewer", async () => {
    const ada = await company.found({ password: "correct horse" });
    const roomId = ada.view.get().id;
    const link = parseLink(ada.link("editor")!);
    if (failed(link)) throw new Error(link.error);
    expect((await Room.look(company.world(), server, roomId)).needs).toEqual([
      "link+password",
      "link+password",
      "password",
    ]);
    const enter = (way: object) => Room.join(company.world(), { server, name: "Bob", ...way });

    expect((await refusal(enter({ link }))).text).toContain("password");
    expect((await refusal(enter({ link, password: "wrong" }))).code).toBe(Code.BadAccess);
    expect((await refusal(enter({ roomId, password: "wrong" }))).code).toBe(Code.BadAccess);

    const bob = await enter({ link, password: "correct horse" });
    expect(bob.view.get().role).toBe("editor");
    expect(bob.link("editor")).toBeDefined();
    bob.close();
    const eve = await enter({ roomId, password: "correct horse" });
    expect(eve.view.get().role).toBe("viewer");
    expect([eve.link("editor"), eve.link("viewer")]).toEqual([undefined, undefined]);
    eve.close();
  });

  test("K8 an unknown id and an id that is none are refused with what to do", async () => {
    const unknown = await refusal(
      Room.join(company.world(), { server, roomId: "0".repeat(26), name: "Bob", password: "x" }),
    );
    expect([unknown.code, unknown.text.length > 0]).toEqual([Code.NoSuchRoom, true]);
    const none = await refusal(Room.join(company.world(), { server, roomId: "room", name: "Bob", password: "x" }));
    expect(none.text).toContain("26 letters and digits");
  });
});

describe("a viewer", () => {
  test("J6 sees everything, may chat, and what they type into a file is offered back to them", async () => {
    const ada = await company.found();
    const id = await ada.tree.create("file", undefined, "a.txt");
    const hers = await opened(ada, id);
    hers.text.insert(0, "read me");
    const eve = await company.join(ada, "Eve", "viewer");
    await until(() => eve.tree.view.get().length === 1, "Eve sees the file");
    const file = await opened(eve, id);
    await until(() => file.text.toString() === "read me", "Eve reads");
    expect([eve.view.get().canEdit, eve.view.get().canChat, eve.link("editor")]).toEqual([false, true, undefined]);
    await eve.chat.send("may I?");
    await until(() => ada.chat.view.get().length === 1, "Ada reads it");
    file.text.insert(0, "do not ");
    await until(() => file.rejected.get() !== undefined, "it is rejected");
    expect(file.rejected.get()?.text).toBe("do not read me");
    await until(() => file.text.toString() === "read me", "the text follows the log");
    await expect(eve.tree.create("file", undefined, "b.txt")).rejects.toBeInstanceOf(RoomError);
    await saved(ada, eve);
    expect(hers.text.toString()).toBe("read me");
  });
});

/** Another session of a room's owner, which writes what its programmer likes. */
async function dishonest(world: TestWorld, owner: Room): Promise<RoomSync> {
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
  liars.push(sync);
  return sync;
}

describe("joining a long log", () => {
  test.each([
    ["N3 N4 an owner's snapshot is started from", false],
    ["N3 a guest, whom nobody would start from, writes none, and the log is read from its start", true],
  ])("%s", async (_, byGuest) => {
    const ada = await company.found();
    const id = await ada.tree.create("file", undefined, "a.txt");
    const bob = await company.join(ada, "Bob");
    await until(() => bob.tree.view.get().length === 1, "Bob sees the file");
    const writer = byGuest ? bob : ada;
    const file = await opened(writer, id);
    for (let i = 0; i < 12; i++) {
      file.text.insert(file.text.length, `${i} ${Array.from({ length: 2_500 }, (_, j) => (i * j) % 977).join(",")}\n`);
      await saved(writer);
    }
    const room = [...company.hub.rooms.values()][0]!;
    const log = room.logs.get(id as never)!;
    const snapshots = () => log.envelopes.filter(({ record }) => record[1] === RecordClass.Snapshot);
    if (byGuest) expect(snapshots()).toEqual([]);
    else await until(() => snapshots().length > 0, "a snapshot is written");
    const world = company.world();
    const delivered: number[] = [];
    world.tamper = (frame) => {
      if (frame.type === "deliver" && frame.envelope.record[1] === RecordClass.Edit) delivered.push(frame.envelope.seq);
      return [frame];
    };
    const eve = await company.join(ada, "Eve", "viewer", world);
    const hers = await opened(eve, id);
    await until(() => hers.text.toString() === file.text.toString(), "Eve has the text");
    expect(delivered.includes(1)).toBe(byGuest);
    expect(eve.view.get().alarms).toEqual([]);
  });

  test("N5 a member who holds the text takes nothing from a snapshot, and one that says other than the log alarms", async () => {
    const world = company.world();
    const ada = await company.found({}, world);
    const id = (await ada.tree.create("file", undefined, "a.txt")) as NodeId;
    const bob = await company.join(ada, "Bob");
    await until(() => bob.tree.view.get().length === 1, "Bob sees the file");
    const [hers, his] = [await opened(ada, id), await opened(bob, id)];
    hers.text.insert(0, "what the log says");
    await saved(ada);
    await until(() => his.text.length === 17, "Bob reads it");

    const other = new Y.Doc();
    other.clientID = 1;
    other.getText("text").insert(0, "what it does not say");
    const liar = await dishonest(world, ada);
    let ready = false;
    const stream = liar.follow(id, {
      begin: async () => undefined,
      take: () => {},
      ready: () => {
        ready = true;
      },
    });
    await until(() => ready, "the liar has read the log");
    const { seq, head } = liar.state.stream(id);
    const claims = [{ clientId: 1, memberId: liar.memberId }];
    const packed = await snapshotOf(other, claims, 0, new Map());
    if (failed(packed)) throw new Error(packed.error);
    const payload = inRecord(packed);
    const clear = encodeSnapshotClear({ stream: id, seq, head, previous: new Uint8Array(32), blobs: [] });
    const nothing = () => {};
    stream.append({ class: RecordClass.Snapshot, clear: () => clear, payload, landed: nothing, refused: nothing });

    await until(() => bob.view.get().alarms.length === 1, "Bob is alarmed");
    expect(bob.view.get().alarms[0]!.text).toContain("N5");
    expect(his.text.toString()).toBe("what the log says");
  });
});
