import { parseLink, Room } from "@coterie/core";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Wire } from "../e2e/support/Wire.ts";
import { NodeWorld } from "../support/NodeWorld.ts";
import { Server } from "../support/Server.ts";
import { sleep } from "../support/Storm.ts";

let server: Server;
let wire: Wire;

beforeEach(async () => {
  server = await Server.start();
  wire = await Wire.to(server.port);
});

afterEach(async () => {
  await wire.close();
  await server.stop();
});

async function until(holds: () => boolean, what: string): Promise<void> {
  for (let tries = 0; tries < 1_500; tries++) {
    await sleep(20);
    if (holds()) return;
  }
  throw new Error(`it did not come true that ${what}`);
}

test("H4 M7 a room in memory outlives a kill -9 of its server while its owner's page is open", {
  timeout: 90_000,
}, async () => {
  const { room: ada } = await Room.create(new NodeWorld(), {
    server: wire.url,
    title: "Bridge",
    name: "Ada",
    kind: "memory",
  });
  const id = await ada.tree.create("file", undefined, "a.txt");
  const link = parseLink(ada.link("editor")!);
  if ("error" in link) throw new Error(link.error);
  const bob = await Room.join(new NodeWorld(), { server: wire.url, link, name: "Bob" });
  try {
    await until(() => bob.tree.view.get().length === 1, "Bob sees the file");
    const [hers, his] = [await ada.open(id), await bob.open(id)];
    await until(() => hers.state.get() === "ready" && his.state.get() === "ready", "both are open");
    hers.text.insert(0, "before\n");
    await until(() => his.text.toString() === "before\n", "Bob reads it");
    wire.cut();
    await server.kill();
    his.text.insert(7, "meanwhile\n");
    await server.restart();
    wire.mend(server.port);
    await until(() => hers.text.toString() === "before\nmeanwhile\n", "all of it is back");
    expect(his.text.toString()).toBe("before\nmeanwhile\n");
    await until(() => ada.view.get().unsaved + bob.view.get().unsaved === 0, "all is acknowledged");
    expect([...ada.view.get().alarms, ...bob.view.get().alarms]).toEqual([]);
  } finally {
    bob.close();
    ada.close();
  }
});
