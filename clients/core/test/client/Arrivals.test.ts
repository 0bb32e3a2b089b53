import { expect, test } from "vitest";
import { Arrivals } from "../../src/client/Arrivals.ts";
import { LOOKED_AT_ONCE } from "../../src/client/LatestPresence.ts";
import { RecordClass, Role } from "../../src/index.ts";
import type { HubFrame } from "../../src/wire/HubFrame.ts";
import { person } from "../People.ts";
import { Table } from "../Table.ts";
import { until } from "./Company.ts";
import { ManualWorld } from "./ManualWorld.ts";
import { TestHub } from "./TestHub.ts";

const turn = () => new Promise<void>((resolve) => setTimeout(resolve, 0));

/** What arrives from a room of 25 more, and is handled in a turn each. */
async function crowded() {
  const table = await Table.lay("client");
  const { room, verifier } = table;
  const crowd = await Promise.all(Array.from({ length: 25 }, () => person(table.founding, Role.Viewer)));
  for (const each of crowd) await table.seat(each);
  const world = new ManualWorld(new TestHub());
  const handled: (string | number)[] = [];
  const arrivals = new Arrivals(world, {
    handle: async (frame) => {
      handled.push(frame.type);
      await turn();
    },
    relayed: async (records) => {
      handled.push(records.length);
      for (const record of records) expect(room.relay(record, false).verdict).toBe("ok");
      await turn();
    },
    blob: (frame) => handled.push(frame.type),
  });
  const add = (frame: HubFrame) => arrivals.add(frame, room, verifier);
  /** All of the crowd move. */
  const move = async (counter: number) => {
    for (const each of crowd) {
      const record = await table.write(each, RecordClass.Presence, room.streams.presence, { counter });
      add({ type: "relay", record: record.bytes });
    }
  };
  /** What is handled, and how many of a crowd's places at once, while no time passes. */
  const turns = async () => {
    for (let tries = 0; tries < 10; tries++) await turn();
    return handled.splice(0);
  };
  const counters = () =>
    crowd.map(({ session }) => room.members.get(session.sessionId)?.ephemeral.get(RecordClass.Presence));
  return { world, arrivals, add, move, turns, counters };
}

test("W6 a crowd's presence is handled by tens, and what else arrives meanwhile has its turn between them", async () => {
  const { world, add, move, turns, counters } = await crowded();
  await move(1);
  expect((await turns())[0]).toBe(1); // at once
  await move(2);
  await move(3);
  expect(await turns()).toEqual([]); // the round before is not rested from
  world.advance(1_000);
  add({ type: "pong", nonce: 1, serverTime: 1 });
  expect(await turns()).toEqual([LOOKED_AT_ONCE, "pong", LOOKED_AT_ONCE, 5]);
  expect(new Set(counters())).toEqual(new Set([3]));
});

test("what arrives at once is handled a while at a time, in order, and whatever else waits for the page has its turn between", async () => {
  const { room, verifier } = await Table.lay("client");
  const world = new ManualWorld(new TestHub());
  const handled: number[] = [];
  const arrivals = new Arrivals(world, {
    handle: async (frame) => {
      if (frame.type === "pong") handled.push(frame.nonce);
      world.advance(15); // of work without a pause
    },
    relayed: async () => {},
    blob: () => {},
  });
  const nonces = Array.from({ length: 9 }, (_, nth) => nth);
  for (const nonce of nonces) arrivals.add({ type: "pong", nonce, serverTime: 1 }, room, verifier);
  for (let tries = 0; tries < 100; tries++) await Promise.resolve();
  expect(handled).toEqual([0, 1]);
  await until(() => handled.length === 9, "all are handled");
  expect(handled).toEqual(nonces);
});

test("of a connection that has ended nothing is handled any more, and the next one's crowd is looked at as ever", async () => {
  const { world, arrivals, add, move, turns } = await crowded();
  await move(1);
  world.advance(1_000);
  await turns();
  await move(2);
  world.advance(1_000); // a look has begun
  add({ type: "pong", nonce: 1, serverTime: 1 });
  arrivals.clear();
  expect((await turns()).length).toBeLessThanOrEqual(1);
  world.advance(60_000);
  expect(await turns()).toEqual([]);
  await move(3);
  world.advance(1_000);
  expect((await turns()).reduce((sum: number, count) => sum + Number(count), 0)).toBe(25);
});
