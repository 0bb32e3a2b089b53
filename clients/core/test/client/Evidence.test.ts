import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Random } from "../../../../tests/support/Random.ts";
import { ALARM_WORDS, type Alarm, Room, type RoomFile } from "../../src/client/index.ts";
import { type EvidenceError, type EvidenceFinding, readEvidence, TestimonyKind } from "../../src/protocol.ts";
import { parseLink } from "../../src/rooms/Link.ts";
import type { HubFrame } from "../../src/wire/HubFrame.ts";
import { parseRecord } from "../../src/wire/RecordView.ts";
import { failed } from "../../src/wire/WireError.ts";
import { nextManifest } from "../Founding.ts";
import { ManualWorld } from "./ManualWorld.ts";
import { TestHub } from "./TestHub.ts";
import { TestWorld } from "./TestWorld.ts";

/** What a member who was lied to can show to somebody who was never in the room (section 18). Ada owns a room, Bob edits in it. */
interface Member {
  readonly world: TestWorld;
  readonly room: Room;
  readonly file: RoomFile;
}

let hub: TestHub;
let ada: Member;
let bob: Member;
const guests: Member[] = [];

beforeEach(async () => {
  hub = new TestHub();
  const world = new TestWorld(hub);
  const { room } = await Room.create(world, {
    server: hub.origin,
    title: "Secret plan",
    name: "Ada",
    kind: "permanent",
  });
  const file = await room.tree.create("file", undefined, "notes.txt");
  ada = { world, room, file: await room.open(file) };
  bob = await join("Bob");
  await write(ada, "first ");
  await expect.poll(() => text(bob)).toBe("first ");
});

afterEach(() => {
  for (const { room } of [ada, bob, ...guests.splice(0)]) room.close();
});

async function join(name: string, world = new TestWorld(hub)): Promise<Member> {
  const link = parseLink(ada.room.link("editor")!);
  if (failed(link)) throw new Error(link.error);
  const room = await Room.join(world, { server: hub.origin, link, name });
  return { world, room, file: await room.open(ada.file.id) };
}

function text({ file }: Member): string {
  return file.text.toString();
}

async function write(member: Member, words: string): Promise<void> {
  member.file.text.insert(member.file.text.length, words);
  await expect.poll(() => member.room.view.get().unsaved).toBe(0);
}

async function alarmOf({ room }: Member): Promise<Alarm> {
  await expect.poll(() => room.view.get().alarms.length).toBe(1);
  return room.view.get().alarms[0]!;
}

async function found(member: Member): Promise<EvidenceFinding | { error: EvidenceError }> {
  const { id } = await alarmOf(member);
  return readEvidence(await member.room.evidence(id));
}

function memberId({ room }: Member): string {
  return room.view.get().people.find(({ me }) => me)!.memberId;
}

function ofFile(frame: HubFrame): frame is HubFrame & { type: "deliver" } {
  const record = frame.type === "deliver" ? parseRecord(frame.envelope.record) : undefined;
  return record !== undefined && !failed(record) && record.stream === ada.file.id;
}

/** The hub tells Bob another time of one record: a history that differs in nothing else. */
function forkOnce(): void {
  let first = true;
  bob.world.tamper = (frame) => {
    if (!ofFile(frame) || !first) return [frame];
    first = false;
    return [{ ...frame, envelope: { ...frame.envelope, serverTime: frame.envelope.serverTime + 1 } }];
  };
}

describe("what a member can show of an alarm", () => {
  test("V3 J10 a record whose author saw another history, proven by both signatures", async () => {
    forkOnce();
    await write(ada, "second ");
    await write(ada, "third ");
    const alarm = await alarmOf(bob);
    expect(alarm).toMatchObject({ kind: "forked-history", stream: ada.file.id, seq: 2, members: [memberId(ada)] });
    const { witness, against } = { witness: memberId(bob), against: memberId(ada) };
    expect(await found(bob)).toMatchObject({ kind: TestimonyKind.Record, proven: true, seq: 2, witness, against });
  });

  test("V3 what was shown under older keys is proven by a file that is saved later", async () => {
    forkOnce();
    await write(ada, "second ");
    await write(ada, "third ");
    const { id } = await alarmOf(bob);
    await ada.room.powers.rekey({ staying: [memberId(ada), memberId(bob)] });
    bob.room.chat.send("under the new keys");
    await expect.poll(() => bob.room.view.get().unsaved).toBe(0);
    expect(await readEvidence(await bob.room.evidence(id))).toMatchObject({
      kind: TestimonyKind.Record,
      proven: true,
      against: memberId(ada),
    });
  });

  test("V3 P2 a pulse that tells of another history, proven by both signatures", async () => {
    const eve = await join("Eve", new ManualWorld(hub));
    guests.push(eve);
    await expect.poll(() => text(eve)).toBe("first ");
    eve.world.tamper = (frame) =>
      frame.type === "deliver"
        ? [{ ...frame, envelope: { ...frame.envelope, serverTime: frame.envelope.serverTime + 1 } }]
        : [frame];
    await write(ada, "second ");
    await expect.poll(() => text(eve)).toBe("first second ");
    await (eve.world as ManualWorld).pass(6);
    const { witness, against } = { witness: memberId(bob), against: memberId(eve) };
    expect(await found(bob)).toMatchObject({ kind: TestimonyKind.Pulse, proven: true, seq: 2, witness, against });
  });

  test("V2 M6 two sets of rules that one owner signed, proven by the file alone", async () => {
    await ada.room.rename("Other");
    await expect.poll(() => bob.room.view.get().title).toBe("Other");
    const [atHub] = [...hub.rooms.values()];
    const [, newest] = atHub!.state.manifests.length > 1 ? [0, atHub!.state.manifests.newest!] : [];
    const owner = await ownerKey(ada);
    const first = atHub!.state.manifests.at(0)!;
    const second = await nextManifest({ owner } as never, first, { policy: newest!.policy ^ 1 }, owner.sign.privateKey);
    for (const line of hub.lines) line.give({ type: "manifest", manifest: second.bytes });
    const alarm = await alarmOf(bob);
    expect(alarm).toMatchObject({ kind: "forked-manifests", members: [memberId(ada)], evidence: true });
    expect(await found(bob)).toMatchObject({ kind: TestimonyKind.Rules, proven: true, seq: 1, against: memberId(ada) });
  });

  test.each([
    ["a gap", "broken-chain", TestimonyKind.Broken],
    ["a shorter log", "rolled-back", TestimonyKind.RolledBack],
    ["a false ack", "bad-ack", TestimonyKind.Broken],
    ["a disowned log", "rolled-back", TestimonyKind.RolledBack],
  ] as const)("V3 %s, told by the witness alone", async (what, kind, testimony) => {
    if (what === "a gap") {
      let held = 0;
      bob.world.tamper = (frame) => (ofFile(frame) && held++ === 0 ? [] : [frame]);
      await write(ada, "second ");
      await write(ada, "third ");
    } else if (what === "a shorter log") {
      await write(ada, "second ");
      await expect.poll(() => text(bob)).toBe("first second ");
      ada.room.close();
      const log = hub.log([...hub.rooms.keys()][0]!, ada.file.id);
      log.envelopes.pop();
      log.heads.pop();
      await hub.restart();
    } else if (what === "a false ack") {
      bob.world.tamper = (frame) =>
        frame.type === "ack" ? [{ ...frame, head: frame.head.map((byte) => byte ^ 1) }] : [frame];
      bob.file.text.insert(0, "lost ");
    } else {
      const frame = { type: "error", code: 23, stream: ada.file.id as never, text: "no", fatal: false } as const;
      bob.world.tamper = (each) => (ofFile(each) ? [each, frame] : [each]);
      await write(ada, "second ");
    }
    expect(await alarmOf(bob)).toMatchObject({ kind, stream: ada.file.id, evidence: true });
    expect(await found(bob)).toMatchObject({
      kind: testimony,
      proven: false,
      witness: memberId(bob),
      against: undefined,
    });
  });

  test.each([
    ["K4 another room", "other-room"],
    ["another incarnation", "begun-anew"],
    ["fewer rules", "hidden-manifests"],
  ] as const)("V3 %s on the way in", async (what, kind) => {
    await ada.room.rename("Other");
    await expect.poll(() => bob.room.view.get().title).toBe("Other");
    const other = await Room.create(new TestWorld(hub), {
      server: hub.origin,
      title: "X",
      name: "X",
      kind: "permanent",
    });
    const foreign = [...hub.rooms.values()].at(-1)!.state.genesis.bytes;
    other.room.close();
    bob.world.tamper = (frame) => {
      if (frame.type !== "room") return [frame];
      if (kind === "other-room") return [{ ...frame, genesis: foreign }];
      if (kind === "begun-anew") return [{ ...frame, incarnation: new Uint8Array(16) }];
      return [{ ...frame, manifests: frame.manifests.slice(0, 1) }];
    };
    bob.world.drop();
    await expect.poll(() => bob.room.view.get().connection, { timeout: 10_000 }).toBe("ended");
    expect((await alarmOf(bob)).kind, what).toBe(kind);
    expect(await found(bob)).toMatchObject({ kind: TestimonyKind.Front, proven: false, witness: memberId(bob) });
  });

  test("V4 no name, no word, no link and no key of the room is in the file", async () => {
    forkOnce();
    await write(ada, "second ");
    await write(ada, "third ");
    const file = await bob.room.evidence((await alarmOf(bob)).id);
    const link = parseLink(ada.room.link("editor")!);
    const secret = failed(link) ? undefined : link.secret;
    const held = [...file.matchAll(/"([\w-]{20,})"/g)].map(([, text]) =>
      Buffer.from(text!, "base64url").toString("latin1"),
    );
    expect(held.length).toBeGreaterThan(5);
    for (const word of ["Secret plan", "Ada", "Bob", "notes.txt", "first", Buffer.from(secret!).toString("latin1")])
      expect(held.filter((bytes) => bytes.includes(word))).toEqual([]);
  });

  test("V1 a file that anybody changed, at whatever place, is an error and never an exception", {
    timeout: 30_000,
  }, async () => {
    forkOnce();
    await write(ada, "second ");
    await write(ada, "third ");
    const file = await bob.room.evidence((await alarmOf(bob)).id);
    expect(await readEvidence(file)).toMatchObject({ proven: true });
    const dice = Random.printed();
    for (let round = 0; round < 200; round++) {
      const at = dice.below(file.length);
      const changed = file.slice(0, at) + String.fromCharCode(32 + dice.below(95)) + file.slice(at + 1);
      const hostile = [changed, file.slice(0, at), file.slice(0, at) + file.slice(at + dice.below(9))];
      for (const text of hostile) {
        const found = await readEvidence(text);
        const same = JSON.stringify(parsed(text)) === JSON.stringify(parsed(file)); // white space, or the same letter
        expect("error" in found, `at ${at}`).toBe(!same);
      }
    }
  });

  test("J13 a fault of the hub has words and no evidence", async () => {
    bob.world.tamper = (frame) =>
      ofFile(frame)
        ? [
            {
              ...frame,
              envelope: {
                ...frame.envelope,
                record: frame.envelope.record.map((b, i, all) => (i === all.length - 1 ? b ^ 1 : b)),
              },
            },
          ]
        : [frame];
    await write(ada, "second ");
    const alarm = await alarmOf(bob);
    expect(alarm).toMatchObject({ kind: "hub-fault", evidence: false });
    expect(ALARM_WORDS[alarm.kind].todo.length).toBeGreaterThan(0);
    await expect(bob.room.evidence(alarm.id)).rejects.toThrow("nothing that would show this");
  });
});

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function ownerKey({ world, room }: Member) {
  const kept = (await world.vault.get(room.view.get().id, "keyring")) as { identity: { sign: CryptoKeyPair } };
  return kept.identity;
}
