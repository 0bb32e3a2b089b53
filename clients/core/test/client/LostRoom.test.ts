import { afterEach, describe, expect, test } from "vitest";
import { saveKeyring } from "../../src/client/Keyring.ts";
import { fixedStreams } from "../../src/rooms/FixedStreams.ts";
import type { RoomId } from "../../src/wire/Ids.ts";
import { Code } from "../../src/wire/Refusal.ts";
import { Company, opened, same, saved, until } from "./Company.ts";
import { ManualWorld } from "./ManualWorld.ts";
import { TestWorld } from "./TestWorld.ts";

/** What must not come of a room that its server lost: a flood of questions, words of a log that is no more, timers for nobody. */
let company = new Company();
afterEach(() => {
  company.part();
  company = new Company();
});

const roomOf = () => [...company.hub.rooms.keys()][0] as RoomId;

describe.each([
  ["RateLimited", Code.RateLimited],
  ["RoomFull", Code.RoomFull],
])("a hub that lost a room in memory and takes none in for two minutes, with %s", (_, create) => {
  test("is asked seldom, has the room in the end, and people read one steady reason until then", async () => {
    const world = new ManualWorld(company.hub);
    const ada = await company.found({ kind: "memory" }, world);
    const id = await ada.tree.create("file", undefined, "a.txt");
    const hers = await ada.open(id);
    await world.passUntil(() => hers.state.get() === "ready", "the file is open");
    hers.text.insert(0, "kept");
    await world.passUntil(() => ada.view.get().unsaved === 0, "it is sent");
    const before = company.hub.asked.create;
    company.hub.refusing = { create };
    void company.hub.lose();
    await world.passUntil(() => ada.view.get().problem !== undefined, "she is told");
    const told = new Set<string | undefined>();
    const stop = ada.view.subscribe(() => told.add(ada.view.get().problem?.text));
    await world.pass(120);
    expect(company.hub.asked.create - before).toBeGreaterThan(5);
    expect(company.hub.asked.create - before).toBeLessThan(20);
    expect([...told]).toEqual([expect.stringContaining("Keep this page open")]);
    stop();
    company.hub.refusing = {};
    await world.passUntil(() => ada.view.get().connection === "connected", "the room is back");
    await world.passUntil(() => ada.view.get().unsaved === 0, "all is back");
    const bob = await company.join(ada, "Bob");
    expect(await same(hers, await bob.open(id))).toBe("kept");
  }, 30_000);
});

test("N1 a snapshot that was not acknowledged when its room was lost is not written into the new log", async () => {
  const world = company.world();
  const ada = await company.found({ kind: "memory" }, world);
  const chat = fixedStreams(roomOf()).chat;
  const pages = ["a", "b", "c", "d", "e"].map((letter) => letter.repeat(16_000));
  const refused: string[] = [];
  let acks = 0;
  world.tamper = (frame) => {
    if (frame.type === "refused") refused.push(frame.text);
    return frame.type === "ack" && frame.stream === chat && ++acks > pages.length ? [] : [frame];
  };
  for (const page of pages) await ada.chat.send(page);
  await until(() => company.hub.log(roomOf(), chat).envelopes.length > pages.length, "the hub has the snapshot");
  await company.hub.lose();
  acks = Number.NEGATIVE_INFINITY;
  await until(() => company.hub.rooms.size === 1, "the room is made again");
  await until(() => company.hub.log(roomOf(), chat).envelopes.length >= pages.length, "the chat is back");
  await saved(ada);
  expect(refused).toEqual([]);
  const bob = await company.join(ada, "Bob");
  await until(() => bob.chat.view.get().length === pages.length, "Bob reads it");
});

/** Knows which timers are still to go off. */
class CountingWorld extends TestWorld {
  readonly timers = new Set<unknown>();

  override setTimer(callback: () => void, ms: number): unknown {
    const timer = super.setTimer(() => {
      this.timers.delete(timer);
      callback();
    }, ms);
    this.timers.add(timer);
    return timer;
  }

  override clearTimer(timer: unknown): void {
    this.timers.delete(timer);
    super.clearTimer(timer);
  }
}

test("who leaves while a file's text is waited for leaves no timer behind", async () => {
  const ada = await company.found({ kind: "memory" });
  const id = await ada.tree.create("file", undefined, "a.txt");
  const hers = await opened(ada, id);
  hers.text.insert(0, "text");
  await saved(ada);
  const world = new CountingWorld(company.hub);
  const vic = await company.join(ada, "Vic", "viewer", world);
  await same(hers, await opened(vic, id));
  company.hub.refusing = { append: Code.RateLimited }; // the room comes back, and nothing into it
  void company.hub.lose();
  await until(() => vic.view.get().connection !== "connected", "it is lost");
  await until(() => vic.view.get().connection === "connected", "it stands again");
  expect(world.timers.size).toBeGreaterThan(0);
  vic.close();
  vic.point({ away: true }); // as a screen that goes down after its room does
  await until(() => world.timers.size === 0, "no timer is left");
});

test("E7 a newcomer's letter in a file that is still to come back is no other text of it, and stays", async () => {
  const ada = await company.found({ kind: "memory" });
  const id = await ada.tree.create("file", undefined, "a.txt");
  const bob = await company.join(ada, "Bob");
  await until(() => bob.tree.view.get().length === 1, "Bob sees the file");
  const his = await opened(bob, id);
  his.text.insert(0, "what was there");
  await saved(bob);
  void company.hub.lose();
  await until(() => ada.view.get().connection !== "connected", "it is lost");
  await until(() => ada.view.get().connection === "connected", "the owner's page made it again");
  const nan = await company.join(ada, "Nan");
  await until(() => nan.tree.view.get().length === 1, "Nan sees the file");
  const hers = await opened(nan, id); // empty until Bob, who holds it open, brings it
  expect(hers.text.toString()).toBe("");
  hers.text.insert(0, "!");
  await saved(nan);
  await until(() => hers.text.length > 1, "the text is back");
  await saved(bob, nan);
  expect([...(await same(his, hers))].sort()).toEqual([..."!what was there"].sort());
  expect(his.rejected.get() ?? hers.rejected.get()).toBeUndefined();
});

test("a permanent room that was destroyed is called so on every later visit too", async () => {
  const world = company.world();
  const ada = await company.found();
  const bob = await company.join(ada, "Bob", "editor", world);
  await until(() => bob.view.get().connection === "connected", "Bob is in");
  await ada.destroy();
  await until(() => bob.view.get().connection === "ended", "Bob is told");
  const { problem } = bob.view.get();
  expect(problem?.code).toBe(Code.Destroyed);
  bob.close();
  await until(() => true, "what was being kept is kept");
  for (let visit = 0; visit < 2; visit++) {
    const again = await company.reopen(bob, world);
    await until(() => again.view.get().connection === "ended", "it ends again");
    expect(again.view.get().problem?.code).toBe(Code.Destroyed);
    again.close();
    await until(() => true, "what was being kept is kept");
    expect((await world.vault.list())[0]?.gone).toBe("destroyed");
  }
});

test("what a vault that is full does not take is no unhandled error, and older keyrings of permanent rooms lose their doors", async () => {
  const world = company.world();
  const ada = await company.found({}, world);
  await until(() => ada.view.get().connection === "connected", "Ada is in");
  const { id } = ada.view.get();
  const unhandled: unknown[] = [];
  const note = (reason: unknown) => unhandled.push(reason);
  process.on("unhandledRejection", note);
  const put = world.vault.put.bind(world.vault);
  world.vault.put = async () => {
    throw new Error("the disk is full");
  };
  world.drop();
  await until(() => ada.view.get().connection !== "connected", "it is away");
  await until(() => ada.view.get().connection === "connected", "it is back");
  await ada.powers.setReadOnly(true);
  await until(() => ada.view.get().readOnly, "the rules changed");
  process.off("unhandledRejection", note);
  expect(unhandled).toEqual([]);
  world.vault.put = put;
  ada.close();

  const kept = (await world.vault.get(id, "keyring")) as Parameters<typeof saveKeyring>[1];
  await saveKeyring(world.vault, { ...kept, doors: [new Uint8Array(163)] });
  await company.reopen(ada, world);
  expect(((await world.vault.get(id, "keyring")) as typeof kept).doors).toEqual([]);
});
