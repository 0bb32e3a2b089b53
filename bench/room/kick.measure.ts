import { mkdirSync, writeFileSync } from "node:fs";
import { parseLink, Room, type Socket } from "@coterie/core";
import { RecordClass } from "@coterie/core/wire/Classes.ts";
import { parseHubFrame } from "@coterie/core/wire/HubFrame.ts";
import { splitMessage } from "@coterie/core/wire/Message.ts";
import { parseRecord, type RecordView } from "@coterie/core/wire/RecordView.ts";
import { failed } from "@coterie/core/wire/WireError.ts";
import { expect, test } from "vitest";
import { NodeWorld } from "../../tests/support/NodeWorld.ts";
import { Server } from "../../tests/support/Server.ts";

const PEOPLE = Number(process.env.COTERIE_BENCH_PEOPLE ?? 50);
const ROUNDS = Number(process.env.COTERIE_BENCH_ROUNDS ?? 5);
const KEY_EVERY_MS = 2_000;

/** The owner's world, which notes when it was sent each record. */
class Observed extends NodeWorld {
  heard: (record: RecordView) => void = () => {};

  override connect(url: string): Socket {
    const socket = super.connect(url);
    const observed = Object.create(socket) as Socket;
    Object.defineProperty(observed, "onmessage", {
      set: (take: (bytes: Uint8Array) => void) => {
        socket.onmessage = (bytes) => {
          this.#note(bytes);
          take(bytes);
        };
      },
    });
    for (const name of ["onopen", "onclose"] as const)
      Object.defineProperty(observed, name, {
        set: (take: () => void) => {
          socket[name] = take;
        },
      });
    observed.send = (bytes) => socket.send(bytes);
    observed.close = () => socket.close();
    return observed;
  }

  #note(message: Uint8Array): void {
    const frames = splitMessage(message);
    for (const bytes of failed(frames) ? [] : frames) {
      const frame = parseHubFrame(bytes);
      const record = !failed(frame) && frame.type === "deliver" ? parseRecord(frame.envelope.record) : undefined;
      if (record !== undefined && !failed(record)) this.heard(record);
    }
  }
}

async function until(holds: () => boolean, what: string): Promise<void> {
  for (let tries = 0; tries < 3_000; tries++) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    if (holds()) return;
  }
  throw new Error(`it did not come true that ${what}`);
}

const live = (room: Room) => room.view.get().people.filter((person) => person.live).length;

/** @returns for each who stays, how many ms after the owner's press the owner has a letter of theirs under the new keys */
async function kick(server: Server): Promise<number[]> {
  const world = new Observed();
  const terms = { server: server.url, title: "Full", name: "Owner", kind: "permanent" as const };
  const { room: owner } = await Room.create(world, { ...terms, adminKey: await server.adminKey() });
  const id = await owner.tree.create("file", undefined, "a.txt");
  await owner.open(id);
  const link = parseLink(owner.link("editor")!);
  if ("error" in link) throw new Error(link.error);
  const guests: Room[] = [];
  for (let nth = 1; nth < PEOPLE; nth++)
    guests.push(await Room.join(new NodeWorld(), { server: server.url, link, name: `Guest ${nth}` }));
  await until(() => guests.every((guest) => guest.tree.view.get().length === 1), "all see the file");
  const files = await Promise.all(guests.map((guest) => guest.open(id)));
  await until(() => files.every((file) => file.state.get() === "ready") && live(owner) === PEOPLE, "all are there");
  const typing = files.map((file, nth) => {
    const key = () =>
      file.state.get() === "ready" && file.text.insert(file.text.length, String.fromCharCode(97 + (nth % 26)));
    return setInterval(key, KEY_EVERY_MS + nth);
  });
  await new Promise((resolve) => setTimeout(resolve, 2 * KEY_EVERY_MS));

  const times = new Map<string, number>();
  const began = performance.now();
  world.heard = ({ class: recordClass, version, session }) => {
    if (recordClass === RecordClass.Edit && version > 0 && !times.has(session))
      times.set(session, performance.now() - began);
  };
  const [removed, ...rest] = guests.map((guest) => guest.view.get().people.find(({ me }) => me)!.memberId);
  for (const file of files.slice(1)) file.text.insert(0, "."); // under way while the keys change
  await owner.powers.rekey({ staying: rest });
  for (const file of files.slice(1)) file.text.insert(0, "!"); // what a person types who notices nothing
  await until(() => times.size >= rest.length, "all who stay type under the new keys");
  for (const timer of typing) clearInterval(timer);
  await until(() => guests[0]!.view.get().connection === "ended", `${removed} is out`);
  await until(() => new Set(files.slice(1).map((file) => file.text.toString())).size === 1, "all have the same text");
  expect(files[1]!.text.toString().match(/[.]/g)).toHaveLength(rest.length);
  for (const room of [owner, ...guests.slice(1)]) expect(room.view.get().alarms).toEqual([]);
  for (const room of [owner, ...guests]) room.close();
  return [...times.values()].sort((a, b) => a - b);
}

const at = (sorted: readonly number[], share: number) =>
  sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!;
const median = (values: readonly number[]) =>
  at(
    [...values].sort((a, b) => a - b),
    0.5,
  );

test(`one of ${PEOPLE} is removed, and the others type under the new keys`, async () => {
  const server = await Server.start();
  const rounds: number[][] = [];
  try {
    for (let round = 0; round < ROUNDS; round++) rounds.push(await kick(server));
  } finally {
    await server.stop();
  }
  const result = {
    people: PEOPLE,
    rounds: ROUNDS,
    p50Ms: Math.round(median(rounds.map((times) => at(times, 0.5)))),
    p99Ms: Math.round(median(rounds.map((times) => at(times, 0.99)))),
  };
  mkdirSync("../../artifacts/bench", { recursive: true });
  writeFileSync("../../artifacts/bench/kick.json", `${JSON.stringify({ ...result, all: rounds }, undefined, 1)}\n`);
  console.log(
    `removed one of ${PEOPLE}: the others type under the new keys after ${result.p50Ms} ms (p50), ${result.p99Ms} ms (p99); medians of ${ROUNDS}`,
  );
});
