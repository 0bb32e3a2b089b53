import { expect, test } from "vitest";
import { Room } from "../../src/client/index.ts";
import { parseLink } from "../../src/rooms/Link.ts";
import type { HubFrame } from "../../src/wire/HubFrame.ts";
import { Code } from "../../src/wire/Refusal.ts";
import { failed } from "../../src/wire/WireError.ts";
import { TestHub } from "./TestHub.ts";
import { TestWorld } from "./TestWorld.ts";

test("W4 what a subscription that was given up still delivers is not taken for the new one's", async () => {
  const hub = new TestHub();
  const { room: ada } = await Room.create(new TestWorld(hub), {
    server: hub.origin,
    title: "A room",
    name: "Ada",
    kind: "permanent",
  });
  const id = await ada.tree.create("file", undefined, "notes.txt");
  const adas = await ada.open(id);
  await expect.poll(() => adas.state.get()).toBe("ready");
  for (let i = 0; i < 5; i++) {
    adas.text.insert(0, `${i} `);
    await expect.poll(() => ada.view.get().unsaved).toBe(0);
  }
  const link = parseLink(ada.link("editor")!);
  if (failed(link)) throw new Error(link.error);
  const bob = await Room.join(new TestWorld(hub), { server: hub.origin, link, name: "Bob" });
  await expect.poll(() => bob.view.get().connection).toBe("connected");

  for (let i = 0; i < 5; i++) (await bob.open(id)).close();
  const bobs = await bob.open(id);
  await expect.poll(() => bobs.text.toString()).toBe("4 3 2 1 0 ");
  await expect.poll(() => bobs.state.get()).toBe("ready");
  expect(bob.view.get().alarms).toEqual([]);
  for (const room of [ada, bob]) room.close();
});

test("W5 R5 an ack that comes after another record burnt the session still takes its place in the chain", async () => {
  const hub = new TestHub();
  const terms = { server: hub.origin, title: "A room", name: "Ada", kind: "permanent" } as const;
  const { room: ada } = await Room.create(new TestWorld(hub), terms);
  const id = await ada.tree.create("file", undefined, "notes.txt");
  const adas = await ada.open(id);
  const link = parseLink(ada.link("editor")!);
  if (failed(link)) throw new Error(link.error);
  const world = new TestWorld(hub);
  const bob = await Room.join(world, { server: hub.origin, link, name: "Bob" });
  const bobs = await bob.open(id);
  await expect.poll(() => bobs.state.get()).toBe("ready");
  await expect.poll(() => bob.view.get().unsaved).toBe(0);

  const late: HubFrame[] = [];
  let joined: HubFrame | undefined;
  world.tamper = (frame) => {
    if (frame.type === "joined") {
      joined = frame;
      return [];
    }
    if (frame.type === "ack" && late.length === 0) {
      late.push(frame); // the file's
      return [];
    }
    if (frame.type === "ack") {
      const { session, stream, counter } = frame;
      return [{ type: "refused", session, stream, class: 4, counter, code: Code.Version, text: "newer" }, ...late];
    }
    if (frame.type !== "deliver" || joined === undefined) return [frame];
    world.tamper = (other) => [other];
    return [frame, joined];
  };
  bobs.text.insert(0, "his ");
  await expect.poll(() => late.length).toBe(1);
  void bob.chat.send("hello");
  await expect.poll(() => joined).toBeDefined();
  adas.text.insert(adas.text.length, "hers");

  await expect.poll(() => bob.view.get().unsaved).toBe(0);
  await expect.poll(() => bobs.text.toString()).toBe("his hers");
  expect(adas.text.toString()).toBe("his hers");
  expect(bob.view.get().alarms).toEqual([]);
  expect(bob.chat.view.get().map(({ text }) => text)).toEqual(["hello"]);
  for (const room of [ada, bob]) room.close();
});

test("W8 a file that the server does not let a connection follow is named, and the rest goes on", async () => {
  const hub = new TestHub();
  const terms = { server: hub.origin, title: "A room", name: "Ada", kind: "permanent" } as const;
  const { room: ada } = await Room.create(new TestWorld(hub), terms);
  const id = await ada.tree.create("file", undefined, "notes.txt");
  hub.refusing = { subscribe: (stream) => stream === id };
  const adas = await ada.open(id);
  await expect.poll(() => ada.view.get().problem?.text).toMatch(/^notes\.txt cannot be read: .*unsubscribe/);
  expect(ada.view.get().connection).toBe("connected");
  hub.refusing = {};
  adas.close();
  const again = await ada.open(id);
  await expect.poll(() => again.state.get()).toBe("ready");
  ada.close();
});
