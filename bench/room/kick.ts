import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { Room } from "@coterie/core";
import { RecordClass } from "@coterie/core/wire/Classes.ts";
import { Observed } from "../../tests/support/Observed.ts";
import { Server } from "../../tests/support/Server.ts";
import { until } from "../../tests/support/until.ts";
import { computeOnce } from "./computeOnce.ts";
import { answer, Elsewhere } from "./Elsewhere.ts";

const repository = fileURLToPath(new URL("../..", import.meta.url)); // from artifacts/bench, where this is bundled to
const PER_PROCESS = 10;
const CALM_MS = 4_000;

interface Round {
  /** For each who stays, ms after the owner's press until the owner was sent a letter of theirs under the new keys; ascending. */
  readonly times: readonly number[];
  /** Until the owner's page had the hub's answer, ms. */
  readonly answered: number;
  /** Processor time for one guest from the press until the last of these times, ms. */
  readonly each: number;
  /** Ephemeral records that the owner was sent in the 4 s after the press. */
  readonly relayed: { readonly presence: number; readonly signals: number };
}

if (process.send) {
  if (process.argv.includes("--once")) computeOnce();
  answer();
} else await measure();

async function measure(): Promise<void> {
  const { values } = parseArgs({
    options: {
      people: { type: "string", default: "50" },
      rounds: { type: "string", default: "5" },
      whole: { type: "boolean", default: false },
      profile: { type: "boolean", default: false },
    },
  });
  const [people, rounds] = [Number(values.people), Number(values.rounds)];
  const flags = values.profile ? ["--cpu-prof", "--cpu-prof-dir=artifacts/bench/profiles"] : [];
  const server = await Server.start();
  const all: Round[] = [];
  try {
    for (let round = 0; round < rounds; round++) all.push(await kick(server, people, values.whole, flags));
  } finally {
    await server.stop();
  }
  const middle = (of: (round: Round) => number) => Math.round(at(all.map(of).sort(ascending), 0.5));
  const result = {
    people,
    rounds,
    perProcess: PER_PROCESS,
    computeOnce: !values.whole,
    p50Ms: middle(({ times }) => at(times, 0.5)),
    p99Ms: middle(({ times }) => at(times, 0.99)),
    answeredMs: middle(({ answered }) => answered),
    guestCpuMs: middle(({ each }) => each),
    presenceToOwner: middle(({ relayed }) => relayed.presence),
    signalsToOwner: middle(({ relayed }) => relayed.signals),
    all,
  };
  mkdirSync(`${repository}artifacts/bench`, { recursive: true });
  writeFileSync(`${repository}artifacts/bench/kick.json`, `${JSON.stringify(result, undefined, 1)}\n`);
  console.log(
    `removed one of ${people}: the others type under the new keys after ${result.p50Ms} ms (p50), ${result.p99Ms} ms (p99); medians of ${rounds}`,
  );
  console.log(
    `the owner's press is answered after ${result.answeredMs} ms; each guest works ${result.guestCpuMs} ms for it; the owner is sent ${result.presenceToOwner} places and ${result.signalsToOwner} signals in 4 s`,
  );
  process.exit(0);
}

async function kick(server: Server, people: number, whole: boolean, flags: readonly string[]): Promise<Round> {
  const world = new Observed();
  const terms = { server: server.url, title: "Full", name: "Owner", kind: "permanent" as const };
  const { room: owner } = await Room.create(world, { ...terms, adminKey: await server.adminKey() });
  const id = await owner.tree.create("file", undefined, "a.txt");
  const file = await owner.open(id);
  const names = Array.from({ length: people - 1 }, (_, nth) => `Guest ${nth + 1}`);
  const groups: Elsewhere[] = [];
  for (let nth = 0; nth < names.length; nth += PER_PROCESS) {
    const group = new Elsewhere(whole ? [] : ["--once"], flags);
    groups.push(group);
    await group.ask("join", server.url, owner.link("editor")!, names.slice(nth, nth + PER_PROCESS));
  }
  const [removed, ...staying] = (await Promise.all(groups.map((group) => group.ask("meet", people)))).flat();
  for (const [nth, group] of groups.entries()) await group.ask("type", nth * PER_PROCESS);
  await sleep(CALM_MS);

  const spent = async () => (await Promise.all(groups.map((group) => group.ask("spent")))).reduce((a, b) => a + b);
  const put = (text: string) => Promise.all(groups.map((group, nth) => group.ask("put", text, nth === 0 ? 1 : 0)));
  const times = new Map<string, number>();
  const relayed = { presence: 0, signals: 0 };
  const before = await spent();
  await put("."); // under way while the keys change
  const began = performance.now();
  world.heard = ({ class: recordClass, version, session }) => {
    const passed = performance.now() - began;
    if (recordClass === RecordClass.Edit && version > 0 && !times.has(session)) times.set(session, passed);
    if (passed > CALM_MS) return;
    if (recordClass === RecordClass.Presence) relayed.presence += 1;
    if (recordClass === RecordClass.Signal) relayed.signals += 1;
  };
  await owner.powers.rekey({ staying });
  const answered = performance.now() - began;
  await put("!"); // what a person types who notices nothing
  await until(() => times.size >= staying.length, "all who stay type under the new keys");
  const each = ((await spent()) - before) / names.length;
  await sleep(Math.max(0, began + CALM_MS - performance.now()));

  await Promise.all(groups.map((group) => group.ask("stopTyping")));
  const states = async () => await Promise.all(groups.map((group) => group.ask("states")));
  const ended = async () => (await states()).reduce((sum, state) => sum + state.ended, 0);
  await until(async () => (await ended()) === 1, `${removed} is out`);
  const texts = async () => new Set([file.text.toString(), ...(await states()).flatMap((state) => state.texts)]);
  await until(async () => (await texts()).size === 1, "all have the same text");
  assert.equal(file.text.toString().match(/[.]/g)?.length, staying.length);
  assert.equal(file.text.toString().match(/!/g)?.length, staying.length);
  assert.deepEqual([...owner.view.get().alarms, ...(await states()).flatMap(({ alarms }) => alarms)], []);
  await Promise.all(groups.map((group) => group.ask("leave")));
  owner.close();
  for (const group of groups) group.end();
  return { times: [...times.values()].sort(ascending), answered, each, relayed };
}

function at(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!;
}

function ascending(a: number, b: number): number {
  return a - b;
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
