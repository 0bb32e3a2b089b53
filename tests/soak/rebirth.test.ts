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

test("M7 H4 E7 with its owner away two editors and a viewer bring it back; with the owner back every link is good again", {
  timeout: 120_000,
}, async () => {
  const owners = new NodeWorld();
  const made = await Room.create(owners, { server: wire.url, title: "Bridge", name: "Ada", kind: "memory" });
  let ada = made.room;
  const a = await ada.tree.create("file", undefined, "a.txt");
  const b = await ada.tree.create("file", undefined, "b.txt");
  const enter = async (role: "editor" | "viewer", name: string, link = ada.link(role)!) => {
    const parsed = parseLink(link);
    if ("error" in parsed) throw new Error(parsed.error);
    const room = await Room.join(new NodeWorld(), { server: wire.url, link: parsed, name });
    present.push(room);
    await until(() => room.tree.view.get().length === 2, `${name} sees the files`);
    return room;
  };
  const present: Room[] = [];
  try {
    const [bob, cleo, vic] = [
      await enter("editor", "Bob"),
      await enter("editor", "Cleo"),
      await enter("viewer", "Vic"),
    ];
    const [editors, viewers] = [ada.link("editor")!, ada.link("viewer")!];
    const [bobs, cleos, vics] = [await bob.open(a), await cleo.open(b), await vic.open(a)];
    await until(() => [bobs, cleos, vics].every(({ state }) => state.get() === "ready"), "all are open");
    bobs.text.insert(0, "Bob's\n");
    cleos.text.insert(0, "Cleo's\n");
    await until(() => vics.text.toString() === "Bob's\n" && cleo.view.get().unsaved === 0, "it is written");
    ada.close();

    wire.cut();
    await server.kill();
    bobs.text.insert(6, "meanwhile\n");
    await server.restart();
    wire.mend(server.port);
    await until(() => vics.text.toString() === "Bob's\nmeanwhile\n", "Bob's file is back");
    const vicsOfB = await vic.open(b);
    await until(() => vicsOfB.text.toString() === "Cleo's\n", "Cleo's file is back");
    await until(() => bob.view.get().unsaved + cleo.view.get().unsaved === 0, "all is acknowledged");
    expect(vic.view.get().problem?.text).toMatch(/brought back from (Bob|Cleo)'s copy/);
    await enter("editor", "Dan", editors);
    await enter("viewer", "Eve", viewers); // by the door that Vic brought

    ada = (await Room.reopen(owners, wire.url, ada.view.get().id))!;
    await until(() => ada.view.get().connection === "connected", "the owner is back");
    expect([ada.link("editor"), ada.link("viewer")]).toEqual([editors, viewers]);
    await ada.rename("Bridge again");
    await until(() => vic.view.get().title === "Bridge again", "the owner rules");
    for (const room of present) expect(room.view.get().alarms).toEqual([]);
  } finally {
    for (const room of present) room.close();
    ada.close();
  }
});
