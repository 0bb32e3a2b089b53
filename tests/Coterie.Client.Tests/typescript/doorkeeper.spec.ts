import { writeFileSync } from "node:fs";
import { Room } from "@coterie/core";
import { expect, test } from "vitest";
import { NodeWorld } from "../../support/NodeWorld.ts";

// The TypeScript half of InteropTests.cs, which starts it: an owner of clients/core at whose door members in C# knock.
test("an owner of clients/core turns away one member in C# and lets in another", { timeout: 60_000 }, async () => {
  const terms = { server: process.env.COTERIE_SERVER!, title: "Door", name: "Owner", kind: "memory" as const };
  const { room } = await Room.create(new NodeWorld(), terms);
  const until = (holds: () => boolean) =>
    new Promise<void>((resolve) => {
      const look = () => holds() && resolve();
      room.view.subscribe(look);
      room.chat.view.subscribe(look);
      look();
    });
  await until(() => room.view.get().connection === "connected");
  await room.powers.rekey({ staying: [], byApproval: true });
  writeFileSync(process.env.COTERIE_LINK_FILE!, room.link("editor")!);
  const knocks = (name: string) => room.view.get().knocking.find((each) => each.name === name);
  await until(() => knocks("Eve") !== undefined);
  await room.powers.turnAway(knocks("Eve")!.memberId);
  await until(() => knocks("Grace") !== undefined);
  await room.powers.admit(knocks("Grace")!.memberId, "viewer");
  await room.chat.send("come in");
  await until(() => room.chat.view.get().some(({ text }) => text === "thank you"));
  expect(room.view.get().alarms).toEqual([]);
  room.close();
});
