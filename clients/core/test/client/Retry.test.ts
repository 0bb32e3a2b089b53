import { afterEach, describe, expect, test } from "vitest";
import { Code } from "../../src/wire/Refusal.ts";
import { Company, same } from "./Company.ts";
import { ManualWorld } from "./ManualWorld.ts";

/** A hub that says "not now" for a while: it is asked less and less often, and nothing is lost. The clock is the test's. */
let company = new Company();
afterEach(() => {
  company.part();
  company = new Company();
});

async function typing() {
  const world = new ManualWorld(company.hub);
  const ada = await company.found({}, world);
  const id = await ada.tree.create("file", undefined, "a.txt");
  const hers = await ada.open(id);
  await world.passUntil(() => hers.state.get() === "ready", "the file is open");
  return { world, ada, hers, id };
}

describe.each([
  ["Seen", Code.Seen],
  ["RateLimited", Code.RateLimited],
  ["Version", Code.Version],
])("R5 a hub that refuses every record as %s for a minute", (_, code) => {
  test("R5 is asked seldom, and has every change in the end, in order and once", async () => {
    const { world, ada, hers, id } = await typing();
    const before = { ...company.hub.asked };
    company.hub.refusing.append = code;
    for (const word of ["one ", "two ", "three "]) {
      hers.text.insert(hers.text.length, word);
      await world.pass(1);
    }
    const said = ada.chat.send("hello");
    await world.pass(60);
    expect(company.hub.asked.join - before.join).toBeGreaterThan(5);
    expect(company.hub.asked.join - before.join, "sessions").toBeLessThan(20);
    expect(company.hub.asked.refused - before.refused, "records").toBeLessThan(80);
    expect(ada.view.get().unsaved).toBeGreaterThan(0);
    expect(ada.view.get().connection).toBe("connected");

    company.hub.refusing = {};
    await world.passUntil(() => ada.view.get().unsaved === 0, "all is saved");
    await said;
    const bob = await company.join(ada, "Bob");
    expect(await same(hers, await bob.open(id))).toBe("one two three ");
    expect(bob.chat.view.get().map(({ text }) => text)).toEqual(["hello"]);
    expect([...ada.view.get().alarms, ...bob.view.get().alarms]).toEqual([]);

    const calm = company.hub.asked.join;
    company.hub.refusing.append = code;
    hers.text.insert(0, "zero ");
    await world.passUntil(() => company.hub.asked.join > calm, "it is tried again");
    company.hub.refusing = {};
    const opened = world.now();
    await world.passUntil(() => ada.view.get().unsaved === 0, "all is saved again");
    expect(world.now() - opened, "after a success the first pause is short again").toBeLessThan(5_000);
  }, 30_000);
});

describe.each([
  ["RateLimited", Code.RateLimited],
  ["RoomFull", Code.RoomFull],
])("a hub whose door is closed for two minutes with %s", (_, join) => {
  test("is asked seldom, and lets everything in when it opens", async () => {
    const { world, ada, hers, id } = await typing();
    const before = company.hub.asked.join;
    company.hub.refusing = { join };
    world.drop();
    hers.text.insert(0, "offline ");
    await world.pass(120);
    expect(company.hub.asked.join - before).toBeGreaterThan(5);
    expect(company.hub.asked.join - before).toBeLessThan(20);
    company.hub.refusing = {};
    await world.passUntil(() => ada.view.get().unsaved === 0, "all is saved");
    const bob = await company.join(ada, "Bob");
    expect(await same(hers, await bob.open(id))).toBe("offline ");
  }, 30_000);
});

test("H3 a hub whose disk is full lets in and ends the room at each change: it is asked seldom, why stands all the while, and all comes when there is space", async () => {
  const { world, ada, hers, id } = await typing();
  const bob = await company.join(ada, "Bob");
  const said: (string | undefined)[] = [];
  company.hub.refusing = { append: Code.StorageFailed };
  hers.text.insert(0, "words");
  await world.passUntil(() => ada.view.get().problem !== undefined, "it is said");
  const end = ada.view.subscribe(() => said.push(ada.view.get().problem?.text));
  const before = company.hub.asked.refused;
  await world.pass(120);
  end();
  expect(company.hub.asked.refused - before).toBeGreaterThan(3);
  expect(company.hub.asked.refused - before).toBeLessThan(20);
  expect([...new Set(said)]).toEqual(["full"]);
  expect(bob.view.get().alarms).toEqual([]);

  company.hub.refusing = {};
  const asked = world.now();
  ada.tryAgain();
  while (ada.view.get().unsaved > 0) await world.step(50);
  expect(world.now() - asked).toBeLessThan(1_000);
  await world.passUntil(() => ada.view.get().problem === undefined, "nothing is said any more");
  expect(await same(hers, await bob.open(id))).toBe("words");
}, 30_000);

test("H3 on a disk that is known to be full who writes reads on: what they wrote waits, is tried less and less often, and comes when there is space", async () => {
  const { world, ada, hers, id } = await typing();
  const bob = await company.join(ada, "Bob");
  const his = await bob.open(id);
  await world.passUntil(() => his.state.get() === "ready", "Bob has it open");
  const connections: string[] = [];
  const problems: (string | undefined)[] = [];
  company.hub.full = true;
  hers.text.insert(0, "words");
  await world.passUntil(() => ada.view.get().problem?.text === "full", "it is said");
  const end = ada.view.subscribe(() => {
    connections.push(ada.view.get().connection);
    problems.push(ada.view.get().problem?.text);
  });
  const [refused, joined] = [company.hub.asked.refused, company.hub.asked.join];
  await world.pass(120);
  bob.point({ file: id, selections: [], topLine: 7, typing: false });
  await world.passUntil(() => ada.cursors.get().some(({ topLine }) => topLine === 7), "she sees where he is");
  end();
  expect(company.hub.asked.refused - refused).toBeGreaterThan(3);
  expect(company.hub.asked.refused - refused).toBeLessThan(20);
  expect(company.hub.asked.join - joined).toBeLessThan(20);
  expect(new Set(connections)).toEqual(new Set(["connected"]));
  expect(new Set(problems)).toEqual(new Set(["full"]));
  expect(ada.view.get().unsaved).toBeGreaterThan(0);

  hers.text.insert(5, " and more");
  company.hub.full = false;
  const asked = world.now();
  ada.tryAgain();
  while (ada.view.get().unsaved > 0) await world.step(50);
  expect(world.now() - asked).toBeLessThan(1_000);
  await world.passUntil(() => ada.view.get().problem === undefined, "nothing is said any more");
  expect(await same(hers, his)).toBe("words and more");
}, 30_000);

test("H3 a full disk that a slow line finds late is tried less and less often, too", async () => {
  const { world, ada, hers } = await typing();
  const connect = world.connect.bind(world);
  world.connect = () => {
    const socket = connect();
    const send = socket.send.bind(socket);
    const isIn = () => ada.view.get().connection === "connected"; // the way in is no slower: what counts is how long one stands there
    socket.send = (bytes) => void (isIn() ? world.setTimer(() => send(bytes), 3_000) : send(bytes));
    return socket;
  };
  world.drop();
  company.hub.refusing = { append: Code.StorageFailed };
  hers.text.insert(0, "words");
  await world.passUntil(() => ada.view.get().problem?.text === "full", "it is said");
  const before = company.hub.asked.join;
  await world.pass(120);
  expect(company.hub.asked.join - before).toBeGreaterThan(3);
  expect(company.hub.asked.join - before).toBeLessThan(15);
  company.hub.refusing = {};
  await world.passUntil(() => ada.view.get().unsaved === 0, "all is saved");
}, 30_000);

test("W7 who begins a new session after a refusal is one person in one tab, to oneself and to others", async () => {
  const { world, ada, hers } = await typing();
  const bob = await company.join(ada, "Bob");
  const before = company.hub.asked.join;
  company.hub.refusing.append = Code.Seen;
  hers.text.insert(0, "words");
  await world.passUntil(() => company.hub.asked.join > before + 1, "a session is burnt");
  company.hub.refusing = {};
  await world.passUntil(() => ada.view.get().unsaved === 0, "all is saved");
  const tabs = (room: typeof ada) => room.view.get().people.find(({ name }) => name === "Ada")?.sessions;
  await world.passUntil(() => tabs(bob) === 1, "Bob sees her in one tab");
  expect(tabs(ada)).toBe(1);
});

test("a hub that lets in and hangs up at once is asked as seldom as one that is down", async () => {
  const { world, ada } = await typing();
  world.tamper = (frame) => {
    if (frame.type === "joined") world.drop();
    return [frame];
  };
  const before = company.hub.asked.join;
  world.drop();
  await world.pass(30);
  expect(company.hub.asked.join - before).toBeGreaterThan(5);
  expect(company.hub.asked.join - before).toBeLessThan(36);
  world.tamper = (frame) => [frame];
  await world.passUntil(() => ada.view.get().connection === "connected", "it is back");
}, 30_000);
