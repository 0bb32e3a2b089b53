import { afterEach, beforeEach, expect, test } from "vitest";
import { RecordClass, type Room } from "../../src/index.ts";
import type { HubFrame } from "../../src/wire/HubFrame.ts";
import { parseRecord } from "../../src/wire/RecordView.ts";
import { failed } from "../../src/wire/WireError.ts";
import { Company, idOf, until } from "./Company.ts";
import { ManualWorld } from "./ManualWorld.ts";

/** Presence that waits at Bob's, because no time passes for him, and what comes in between. */
let company: Company;
let ada: Room;
let bob: Room;
let hers: ManualWorld;
let his: ManualWorld;
let file: string;
/** Presence that has come to Bob's machine. */
let came: Uint8Array[];
/** What becomes of presence on its way to him. */
let change: (record: Uint8Array) => readonly Uint8Array[];

beforeEach(async () => {
  company = new Company();
  [hers, his] = [new ManualWorld(company.hub), new ManualWorld(company.hub)];
  ada = await company.found({}, hers);
  file = await ada.tree.create("file", undefined, "main.ts");
  bob = await company.join(ada, "Bob", "editor", his);
  await until(() => [ada, bob].every((room) => room.view.get().people.length === 2), "they know each other");
  [came, change] = [[], (record) => [record]];
  his.tamper = (frame) => {
    if (!isPresence(frame)) return [frame];
    came.push(frame.record);
    return change(frame.record).map((record) => ({ type: "relay", record }));
  };
  await go(1);
  await look();
  expect(line()).toBe(1);
  await go(2); // seen at once: from here on a round is not rested from, as no time passes for Bob
});
afterEach(() => company.part());

function isPresence(frame: HubFrame): frame is HubFrame & { type: "relay" } {
  const record = frame.type === "relay" ? parseRecord(frame.record) : undefined;
  return record !== undefined && !failed(record) && record.class === RecordClass.Presence;
}

/** Ada goes to a line, and Bob's machine hears of it. */
async function go(topLine: number): Promise<void> {
  const before = came.length;
  ada.point({ file, topLine });
  await hers.step(40);
  await until(() => came.length > before, `line ${topLine} has come`);
}

/** Time passes for Bob. */
async function look(): Promise<void> {
  for (let steps = 0; steps < 3; steps++) {
    await his.step(50);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const line = () => bob.cursors.get()[0]?.topLine;
const alarms = () => bob.view.get().alarms.map(({ kind }) => kind);

function sessionOf(bytes: Uint8Array): string | undefined {
  const record = parseRecord(bytes);
  return failed(record) ? undefined : record.session;
}

/** As an author would send who sees other rules: an alarm for who judges it (J10). */
function ill(record: Uint8Array): Uint8Array {
  const changed = record.slice();
  changed[72]! ^= 1; // of the head that was seen
  return changed;
}

test("W6 of what waits the newest place is believed, and what it replaced is neither judged nor opened", async () => {
  change = (record) => [ill(record)];
  for (let topLine = 3; topLine <= 9; topLine++) await go(topLine);
  change = (record) => [record];
  await go(10);
  await look();
  expect(line()).toBe(10);
  expect(alarms()).toEqual([]);
});

test("J10 the newest is judged like any record: an ill one is an alarm, and moves nobody", async () => {
  await go(3);
  change = (record) => [ill(record)];
  await go(4);
  await look();
  expect(alarms()).toEqual(["forked-history"]);
  expect(line()).toBe(2);
});

test("R4 after gaps the counter goes on, and no place that was seen or left out comes back", async () => {
  for (let topLine = 3; topLine <= 6; topLine++) await go(topLine);
  await look();
  expect(line()).toBe(6);
  const old = came.slice();
  for (const record of old) {
    change = () => [record]; // in the place of what Ada says
    await go(100);
    await look();
    expect(line()).toBe(6);
  }
  change = (record) => [record, ...old]; // and behind it, while it waits
  await go(7);
  await go(8);
  await look();
  await until(() => line() === 8, "the last place is shown");
  expect(alarms()).toEqual([]);
});

test("what is asked, and no more, passes by presence that waits, in its order", async () => {
  await go(3);
  const told: string[] = [];
  const { invitation } = bob.together.spotlight;
  invitation.subscribe(() => told.push(invitation.get() === undefined ? "no more" : "asked"));
  ada.together.spotlight.call();
  await hers.step(1_000);
  await until(() => told.length === 1, "Bob is asked while no time passes for him");
  ada.together.spotlight.end();
  await hers.step(1_000);
  await until(() => told.length === 2, "and not any more");
  expect(told).toEqual(["asked", "no more"]);
  await look();
  expect(line()).toBe(3);
});

test("where someone was who has gone is not looked at", async () => {
  change = (record) => [ill(record)];
  await go(3);
  ada.close();
  await until(() => bob.view.get().people.filter(({ live }) => live).length === 1, "Ada has gone");
  await look();
  expect(alarms()).toEqual([]);
  expect(bob.cursors.get()).toEqual([]);
});

test("what waited when the connection broke is forgotten, and places are seen again on the next one", async () => {
  change = (record) => [ill(record)];
  await go(3);
  his.drop();
  await until(() => bob.view.get().connection !== "connected", "Bob's connection broke");
  change = (record) => [record];
  await his.passUntil(() => bob.view.get().connection === "connected", "Bob is back");
  await until(() => bob.view.get().people.filter(({ live }) => live).length === 2, "and knows that Ada is here");
  await go(4);
  await look();
  expect(alarms()).toEqual([]);
  expect(line()).toBe(4);
});

test("J2 what was said under earlier rules, and waited, is judged by those", async () => {
  await go(3);
  await ada.powers.setReadOnly(true);
  await until(() => bob.view.get().readOnly, "Bob knows the new rules");
  await look();
  expect(line()).toBe(3);
  expect(alarms()).toEqual([]);
});

test("J4 under new keys all have new sessions: what waits of an earlier one is forgotten, and places are seen again", async () => {
  change = (record) => [ill(record)];
  await go(3);
  const before = bob.cursors.get()[0]!.session;
  const done = ada.powers.rekey({ staying: [idOf(bob)] });
  change = (record) => [record];
  await hers.pass(2);
  await done;
  const saidAnew = () => {
    hers.advance(50); // it waits for the rate
    return came.some((record) => sessionOf(record) !== before);
  };
  await until(saidAnew, "Ada says where she is in her new session");
  await go(4);
  await look();
  expect(line()).toBe(4);
  expect(bob.cursors.get().map(({ session }) => session)).not.toContain(before);
  expect(alarms()).toEqual([]);
});

test("W3 rules that a hub keeps back show at once, also behind presence that waits", async () => {
  await go(3);
  his.tamper = (frame) => (frame.type === "manifest" ? [] : [frame]);
  await ada.rename("Other");
  ada.point({ file, topLine: 4 });
  await hers.step(40);
  await until(() => alarms().includes("hub-fault"), "Bob is told while no time passes for him");
});

test("W3 a session that a hub does not name shows at once, also behind presence that waits", async () => {
  await go(3);
  his.tamper = (frame) => (isPresence(frame) ? [frame] : []);
  const carol = await company.join(ada, "Carol");
  carol.point({ file, topLine: 4 });
  await until(() => alarms().includes("hub-fault"), "Bob is told while no time passes for him");
});
