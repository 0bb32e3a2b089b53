import { expect, test } from "vitest";
import { HubLink } from "../../src/client/HubLink.ts";
import { MemoryVault } from "../../src/client/Vault.ts";
import type { Socket, World } from "../../src/client/World.ts";
import { SUITE } from "../../src/rooms/Genesis.ts";
import { parseClientFrame } from "../../src/wire/ClientFrame.ts";
import { encodeHubFrame, type HubFrame } from "../../src/wire/HubFrame.ts";
import { splitClientMessage } from "../../src/wire/Message.ts";
import { failed } from "../../src/wire/WireError.ts";

/** How soon a network that died without a word is noticed, on a clock that the test moves. */
class DeadEnd implements World, Socket {
  readonly vault = new MemoryVault();
  onopen = () => {};
  onmessage: (bytes: Uint8Array) => void = () => {};
  onclose = () => {};
  /** Types of the frames that were sent, in order. */
  readonly sent: string[] = [];
  /** Whether a ping is answered. */
  alive = true;
  #now = 1_000_000;
  #timers: { at: number; callback: () => void }[] = [];
  readonly #online = new Set<() => void>();

  connect = (): Socket => this;
  now = () => this.#now;
  random = (length: number) => new Uint8Array(length);
  argon2id = async () => new Uint8Array(32);

  setTimer(callback: () => void, ms: number) {
    const timer = { at: this.#now + ms, callback };
    this.#timers.push(timer);
    return timer;
  }

  clearTimer(timer: unknown): void {
    this.#timers = this.#timers.filter((each) => each !== timer);
  }

  onOnline(listener: () => void) {
    this.#online.add(listener);
    return () => this.#online.delete(listener);
  }

  comeOnline(): void {
    for (const listener of [...this.#online]) listener();
  }

  /** Lets time pass, second by second, with everything that is due in it. */
  async pass(seconds: number): Promise<void> {
    for (let second = 0; second < seconds; second++) {
      this.#now += 1_000;
      const due = this.#timers.filter(({ at }) => at <= this.#now);
      this.#timers = this.#timers.filter(({ at }) => at > this.#now);
      for (const { callback } of due) callback();
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  send(bytes: Uint8Array): void {
    const frames = splitClientMessage(bytes);
    for (const frame of failed(frames) ? [] : frames) {
      const parsed = parseClientFrame(frame);
      const type = failed(parsed) ? "broken" : parsed.type;
      this.sent.push(type);
      if (type === "ping" && this.alive) this.hear({ type: "pong", nonce: 0, serverTime: 0 });
    }
  }

  hear(frame: HubFrame): void {
    queueMicrotask(() => this.onmessage(encodeHubFrame(frame)));
  }

  close(): void {
    queueMicrotask(() => this.onclose());
  }
}

async function linked(): Promise<{ world: DeadEnd; link: HubLink; ends: string[] }> {
  const world = new DeadEnd();
  const opened = HubLink.open(world, "http://hub.example");
  world.onopen();
  world.hear({
    type: "welcome",
    suite: SUITE,
    features: 0,
    challenge: new Uint8Array(32),
    serverTime: 0,
    adminKeyNeeded: false,
  });
  const link = await opened;
  const ends: string[] = [];
  link.onclose = (reason) => ends.push(reason?.text ?? "closed");
  world.sent.length = 0;
  return { world, link, ends };
}

test("an idle line that answers stands for good, with a ping now and then", async () => {
  const { world, ends } = await linked();
  await world.pass(600);
  expect(ends).toEqual([]);
  const pings = world.sent.filter((type) => type === "ping").length;
  expect(pings).toBeGreaterThan(60);
  expect(pings).toBeLessThanOrEqual(120);
});

test("W9 who hears others all the time and has nothing to say still says that they are there", async () => {
  const { world, ends } = await linked();
  for (let second = 0; second < 120; second++) {
    world.hear({ type: "pong", nonce: 0, serverTime: 0 });
    await world.pass(1);
  }
  expect(world.sent.length).toBeGreaterThanOrEqual(3);
  expect(ends).toEqual([]);
});

test("an idle line that died is noticed within eleven seconds", async () => {
  const { world, ends } = await linked();
  world.alive = false;
  await world.pass(11);
  expect(ends).toEqual(["The server fell silent."]);
});

test("who sends into a dead line learns it within six seconds", async () => {
  const { world, link, ends } = await linked();
  await world.pass(3);
  world.alive = false;
  link.send({ type: "leave" });
  await world.pass(6);
  expect(world.sent).toEqual(["leave", "ping"]);
  expect(ends).toEqual(["The server fell silent."]);
});

test("what a slow line carries away is given its time", async () => {
  const { world, link, ends } = await linked();
  await world.pass(3);
  world.alive = false;
  for (let frame = 0; frame < 8; frame++) link.send({ type: "send", record: new Uint8Array(120 * 1_024) });
  await world.pass(40);
  expect(ends).toEqual([]);
  await world.pass(40);
  expect(ends).toEqual(["The server fell silent."]);
});

test("a network that came back is asked at once, and an attempt from before it is given up", async () => {
  const { world, link } = await linked();
  link.probe();
  await world.pass(1);
  expect(world.sent).toEqual(["ping"]);

  const hanging = HubLink.open(world, "http://hub.example");
  world.comeOnline();
  await expect(hanging).rejects.toThrow("The network changed");
});

test("H5 a line that closes right after its room was destroyed ends with that reason, whatever still waits", async () => {
  const { world, link, ends } = await linked();
  link.onframe = () => {};
  world.hear({ type: "destroyed" });
  world.close(); // the line closes behind it
  await Promise.resolve();
  expect(ends).toEqual(["An owner destroyed this room. Nothing of it is left on the server."]);
  expect(link.closed).toBe(true);
});
