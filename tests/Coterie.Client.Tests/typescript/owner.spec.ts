import { writeFileSync } from "node:fs";
import { Room } from "@coterie/core";
import { expect, test } from "vitest";
import { NodeWorld } from "../../support/NodeWorld.ts";

// The TypeScript half of InteropTests.cs, which starts it: an owner of clients/core who gives the room new keys while a member in C# is in it.
test("an owner of clients/core changes the keys under a member in C#", { timeout: 60_000 }, async () => {
  const terms = { server: process.env.COTERIE_SERVER!, title: "Keys", name: "Owner", kind: "memory" as const };
  const { room } = await Room.create(new NodeWorld(), terms);
  const hears = (wanted: string) =>
    new Promise<void>((resolve) => {
      const look = () => room.chat.view.get().some(({ text }) => text === wanted) && resolve();
      room.chat.view.subscribe(look);
      look();
    });
  await room.chat.send("said before");
  writeFileSync(process.env.COTERIE_LINK_FILE!, room.link("editor")!);
  await hears("here");
  const guest = room.view.get().people.find(({ me, live }) => live && !me)!;
  await room.powers.rekey({ staying: [guest.memberId] });
  await room.chat.send("said under new keys");
  await hears("still here");
  await room.powers.lower(guest.memberId, "viewer", { staying: [] });
  await hears("a viewer, still here");
  await room.powers.rekey({ staying: [] });
  expect(room.view.get().alarms).toEqual([]);
  room.close();
});
