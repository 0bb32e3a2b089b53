import { afterEach, describe, expect, test } from "vitest";
import { loadKeyring } from "../../src/client/Keyring.ts";
import type { Room } from "../../src/index.ts";
import { generateIdentity } from "../../src/keys/KeyPair.ts";
import { memberIdOf } from "../../src/rooms/Cert.ts";
import { type ManifestFields, parseManifest } from "../../src/rooms/Manifest.ts";
import { parseRoomId } from "../../src/wire/Base32.ts";
import { RecordClass } from "../../src/wire/Classes.ts";
import { encodeClientFrame } from "../../src/wire/ClientFrame.ts";
import type { HubFrame } from "../../src/wire/HubFrame.ts";
import { parseRecord, type RecordView } from "../../src/wire/RecordView.ts";
import { failed } from "../../src/wire/WireError.ts";
import { nextManifest } from "../Founding.ts";
import { Company, opened, same, saved, until } from "./Company.ts";
import type { TestWorld } from "./TestWorld.ts";

/** N4: whose snapshot a joiner starts from. Bob, a keeper when he writes it, may be none any more when Eve joins. */
let company = new Company();
afterEach(() => {
  company.part();
  company = new Company();
});

async function keysOf(world: TestWorld, room: Room) {
  const id = parseRoomId(room.view.get().id);
  const keyring = failed(id) ? undefined : await loadKeyring(world.vault, id.roomId);
  if (keyring === undefined) throw new Error("no keys are kept");
  return keyring;
}

/** Ada, by a manifest that the hub takes from her, makes Bob a keeper. */
async function makeKeeper(adas: TestWorld, ada: Room, bobs: TestWorld, bob: Room): Promise<void> {
  await changeRules(adas, ada, { keepers: [memberIdOf((await keysOf(bobs, bob)).identity.sign.publicPoint)] });
}

async function changeRules(adas: TestWorld, ada: Room, change: Partial<ManifestFields>): Promise<void> {
  const { identity, manifests, doors } = await keysOf(adas, ada);
  const newest = parseManifest(manifests.at(-1)!);
  if (failed(newest)) throw new Error(newest.error);
  const next = await nextManifest({ owner: identity }, newest, change);
  const line = company.hub.connect();
  line.room = next.roomId;
  line.send(encodeClientFrame({ type: "manifest", manifest: next.bytes, doors, wraps: [] }));
  const { state } = company.hub.rooms.get(next.roomId)!;
  await until(() => state.manifests.newest?.version === next.version, "the rules have changed");
  line.cut();
}

async function longFile(keeper: boolean) {
  const [adas, bobs] = [company.world(), company.world()];
  const ada = await company.found({}, adas);
  const id = await ada.tree.create("file", undefined, "a.txt");
  const bob = await company.join(ada, "Bob", "editor", bobs);
  await until(() => bob.tree.view.get().length === 1, "Bob sees the file");
  await makeKeeper(adas, ada, bobs, bob);
  const his = await opened(bob, id);
  const log = company.hub.log([...company.hub.rooms.keys()][0]!, id as never).envelopes;
  while (!log.some(({ record }) => record[1] === RecordClass.Snapshot)) {
    his.text.insert(0, Array.from({ length: 6_000 }, (_, i) => (i * (log.length + 7)) % 977).join(","));
    await saved(bob);
  }
  his.text.insert(0, "after the snapshot: ");
  await saved(bob);
  if (!keeper) await changeRules(adas, ada, { keepers: [] });
  return { ada, id, his, log };
}

/** The positions of a file that the hub delivered to this world. */
function delivered(world: TestWorld, id: string): number[] {
  const seqs: number[] = [];
  world.tamper = (frame) => {
    if (isOf(frame, id)) seqs.push(frame.envelope.seq);
    return [frame];
  };
  return seqs;
}

function isOf(frame: HubFrame, id: string): frame is HubFrame & { type: "deliver" } {
  return frame.type === "deliver" && (parseRecord(frame.envelope.record) as RecordView).stream === id;
}

describe("a joiner meets a snapshot", () => {
  test("N4 a keeper's snapshot is started from, and only the tail is read", async () => {
    const { ada, id, his, log } = await longFile(true);
    const world = company.world();
    const seqs = delivered(world, id);
    const eve = await company.join(ada, "Eve", "editor", world);
    await same(his, await opened(eve, id));
    expect(seqs[0]).toBeGreaterThan(1);
    expect(seqs.at(-1)).toBe(log.length);
    expect(eve.view.get().alarms).toEqual([]);
  });

  test("N4 that of a keeper who is none any more is not: the log is read from the start, and nothing is written before that", async () => {
    const { ada, id, his, log } = await longFile(false);
    const world = company.world();
    const held: HubFrame[] = [];
    let hold = true;
    world.tamper = (frame) => {
      if (!hold) return [...held.splice(0).slice(-log.length), frame]; // not what the given up subscription delivered
      if (!isOf(frame, id)) return [frame];
      held.push(frame);
      return [];
    };
    const eve = await company.join(ada, "Eve", "editor", world);
    const hers = await eve.open(id);
    const end = log.length;
    await until(() => held.length >= end, "the hub has sent Eve the whole log");
    expect(held.slice(-end).map((frame) => (frame as HubFrame & { type: "deliver" }).envelope.seq)).toEqual(
      Array.from({ length: end }, (_, i) => i + 1),
    );
    hers.text.insert(0, "Eve: ");
    await eve.chat.send("I am typing"); // what she could send before this has come in too
    expect(hers.state.get()).toBe("loading");
    expect(log.length).toBe(end);
    hold = false;
    await ada.chat.send("go on"); // the next frame to Eve lets the held ones through, in their order
    await saved(eve);
    expect(log.length).toBe(end + 1);
    expect(await same(his, hers)).toContain("Eve: ");
    expect(eve.view.get().alarms).toEqual([]);
  });

  test("N4 that of an owner who is one no more is not: the log is read from the start", async () => {
    const adas = company.world();
    const ada = await company.found({}, adas);
    const id = await ada.tree.create("file", undefined, "a.txt");
    const hers = await opened(ada, id);
    const log = company.hub.log([...company.hub.rooms.keys()][0]!, id as never).envelopes;
    while (!log.some(({ record }) => record[1] === RecordClass.Snapshot)) {
      hers.text.insert(0, Array.from({ length: 6_000 }, (_, i) => (i * (log.length + 7)) % 977).join(","));
      await saved(ada);
    }
    const heir = await generateIdentity();
    const owners = [{ signPub: heir.sign.publicPoint, dhPub: heir.dh.publicPoint }];
    await changeRules(adas, ada, { owners });
    const world = company.world();
    const seqs = delivered(world, id);
    const eve = await company.join(ada, "Eve", "editor", world);
    await same(hers, await opened(eve, id));
    expect(seqs).toContain(1);
    expect(eve.view.get().alarms).toEqual([]);
  });
});
