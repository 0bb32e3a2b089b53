import { expect, test } from "vitest";
import { Room } from "../../src/client/index.ts";
import { parseLink } from "../../src/rooms/Link.ts";
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
