import { afterEach, describe, expect, test } from "vitest";
import type { Room, RoomFile } from "../../src/index.ts";
import { RecordClass } from "../../src/wire/Classes.ts";
import type { HubFrame } from "../../src/wire/HubFrame.ts";
import type { StreamId } from "../../src/wire/Ids.ts";
import { Company, opened, same, saved, until } from "./Company.ts";
import type { TestWorld } from "./TestWorld.ts";

/** N6: in a room that trims, what a snapshot covers is not at the hub any more when somebody comes back (H10). */
let company = new Company();
afterEach(() => {
  company.part();
  company = new Company();
});

const log = (id: string) => company.hub.log([...company.hub.rooms.keys()][0]!, id as StreamId).envelopes;
const snapshots = (id: string) => log(id).filter(({ record }) => record[1] === RecordClass.Snapshot).length;
const noise = (seed: number) => Array.from({ length: 6_000 }, (_, at) => (at * (seed + 7)) % 977).join(",");

/** Ada writes until there is another snapshot. */
async function goOn(ada: Room, file: RoomFile, id: string): Promise<void> {
  const before = snapshots(id);
  for (let nth = 0; snapshots(id) === before && nth < 60; nth++) {
    file.text.insert(file.text.length, noise(log(id).length));
    await saved(ada);
  }
  expect(snapshots(id)).toBeGreaterThan(before);
  file.text.insert(file.text.length, " behind the snapshot");
  await saved(ada);
}

function away(world: TestWorld): void {
  world.reachable = false;
  world.drop();
}

async function two(kind: "memory" | "permanent" = "memory") {
  const { id, rooms, files, worlds } = await company.gather([["Bob", "editor"]], kind);
  const [ada, bob] = rooms as [Room, Room];
  const [hers, his] = files as [RoomFile, RoomFile];
  hers.text.insert(0, "Ada's. ");
  await saved(ada);
  await same(hers, his);
  return { id, ada, bob, hers, his, adas: worlds[0]!, bobs: worlds[1]! };
}

describe("N6", () => {
  test("who was away goes on from the snapshot, with what they typed meanwhile", async () => {
    const { id, ada, bob, hers, his, bobs } = await two();
    his.text.insert(0, "Bob's. ");
    await saved(bob);
    const seen: HubFrame["type"][] = [];
    bobs.tamper = (frame) => {
      seen.push(frame.type);
      return [frame];
    };
    away(bobs);
    his.text.insert(0, "Away. ");
    await goOn(ada, hers, id);
    bobs.reachable = true;
    await saved(bob);
    expect(await same(hers, his)).toMatch(/^Away\. Bob's\. Ada's\. .*behind the snapshot$/);
    expect(seen).toContain("snapshot");
    expect(bob.view.get().alarms).toEqual([]);
    his.text.insert(0, "Again. ");
    await saved(bob);
    expect(await same(hers, his)).toMatch(/^Again\. Away\. Bob's/);
    his.undo.undo(); // still takes back their own, and nothing else
    his.undo.undo();
    await saved(bob);
    expect(await same(hers, his)).toMatch(/Ada's\. .*behind the snapshot$/);
  }, 30_000);

  test("what was sent and never acknowledged is there once", async () => {
    const { id, ada, bob, hers, his, bobs } = await two();
    bobs.tamper = (frame) => (frame.type === "ack" ? [] : [frame]);
    his.text.insert(0, "Once. ");
    await until(() => hers.text.toString().startsWith("Once. "), "Ada sees it");
    away(bobs);
    bobs.tamper = (frame) => [frame];
    await goOn(ada, hers, id);
    const length = log(id).length;
    bobs.reachable = true;
    await saved(bob);
    expect((await same(hers, his)).match(/Once\. /g)).toHaveLength(1);
    expect(log(id)).toHaveLength(length); // it is not even tried again
    his.text.insert(0, "More. ");
    await saved(bob);
    expect(await same(hers, his)).toMatch(/^More\. Once\. Ada's\. /);
    expect(bob.view.get().alarms).toEqual([]);
  }, 30_000);

  test("who comes later reads on behind the snapshot, also messages", async () => {
    const ada = await company.found({ kind: "memory" });
    const worlds = [company.world(), company.world()] as const;
    const bob = await company.join(ada, "Bob", "editor", worlds[0]);
    ada.chat.send("first");
    await until(() => bob.chat.view.get().length === 1, "Bob has read it");
    away(worlds[0]);
    const { chat } = [...company.hub.rooms.values()][0]!.state.streams;
    for (let nth = 0; snapshots(chat) === 0 && nth < 60; nth++) {
      ada.chat.send(`${nth} ${noise(nth).slice(0, 9_000)}`);
      await saved(ada);
    }
    ada.chat.send("last");
    await saved(ada);
    worlds[0].reachable = true;
    const eve = await company.join(ada, "Eve", "viewer", worlds[1]);
    for (const one of [bob, eve]) {
      const texts = () => one.chat.view.get().map(({ text }) => text);
      await until(() => texts().at(-1) === "last", "all of it is read");
      expect(texts()).toEqual(ada.chat.view.get().map(({ text }) => text));
      expect(one.view.get().alarms).toEqual([]);
    }
  }, 30_000);

  test("a snapshot that lacks what was read here is an alarm, and the text stays as it was", async () => {
    const { id, ada, bob, hers, his, adas, bobs } = await two();
    away(adas);
    his.text.insert(0, "Bob's alone. ");
    await saved(bob);
    away(bobs);
    const { envelopes, heads } = company.hub.log([...company.hub.rooms.keys()][0]!, id as StreamId);
    envelopes.pop(); // the server never shows it to anybody else
    heads.pop();
    await company.hub.restart();
    adas.reachable = true;
    await goOn(ada, hers, id);
    bobs.reachable = true;
    await until(() => bob.view.get().alarms.length > 0, "Bob is told");
    expect(bob.view.get().alarms[0]?.text).toContain("is not in the snapshot");
    expect(his.text.toString()).toBe("Bob's alone. Ada's. ");
  }, 30_000);

  test("a snapshot whose author goes on under older rules than were read here is an alarm", async () => {
    const { id, ada, bob, hers } = await two();
    await ada.powers.switch("ai", false); // newer rules
    hers.text.insert(0, "Newer. ");
    await saved(ada);
    await until(() => bob.view.get().allows.ai === false, "Bob knows them");
    const state = company.atHub().state;
    const stream = state.findStream(id as StreamId)!;
    const base = { seq: stream.seq, head: stream.head, versionFloor: stream.versionFloor, counters: stream.counters };
    expect(base.versionFloor).toBeGreaterThan(0);
    expect(state.overtake(id as StreamId, base, base.versionFloor).verdict).toBe("ok");
    expect(state.overtake(id as StreamId, base, base.versionFloor - 1)).toMatchObject({ verdict: "alarm", rule: "N6" });
    expect(state.overtake(id as StreamId, base, base.versionFloor).verdict).toBe("alarm"); // it has stopped
  }, 30_000);

  test("an owner has a room forget that kept all, and keep what comes from then on", async () => {
    const { id, ada, bob, hers, his, bobs } = await two("permanent");
    expect(bob.view.get().forgets).toBe(false);
    await ada.powers.setForgets(true);
    await until(() => bob.view.get().forgets, "Bob's page knows");
    away(bobs);
    await goOn(ada, hers, id);
    let base = 0;
    bobs.tamper = (frame) => {
      if (frame.type === "stream" && frame.stream === id) base = frame.baseSeq;
      return [frame];
    };
    bobs.reachable = true;
    await same(hers, his);
    expect(base).toBeGreaterThan(2);
    await ada.powers.setForgets(false);
    await until(() => !bob.view.get().forgets, "Bob's page knows");
    const eve = await company.join(ada, "Eve", "viewer"); // what was forgotten is still gone
    await until(() => eve.tree.view.get().length > 0, "Eve sees the file");
    await same(hers, await opened(eve, id));
    for (const one of [bob, eve]) expect(one.view.get().alarms).toEqual([]);
  }, 30_000);

  test("a room that keeps has no log that begins later", async () => {
    const { id, ada, bob, hers, bobs } = await two("permanent");
    away(bobs);
    await goOn(ada, hers, id);
    bobs.tamper = (frame) => {
      if (frame.type !== "stream" || frame.stream !== id) return [frame];
      const baseSeq = frame.headSeq;
      return [{ ...frame, baseSeq, baseHead: frame.head }];
    };
    bobs.reachable = true;
    await until(() => bob.view.get().alarms.length > 0, "Bob is told");
    expect(bob.view.get().alarms[0]?.text).toContain("begins later");
  }, 30_000);
});
