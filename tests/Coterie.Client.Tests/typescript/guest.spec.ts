import { failed, parseLink, Room } from "@coterie/core";
import { expect, test } from "vitest";
import { NodeWorld } from "../../support/NodeWorld.ts";

// The TypeScript half of InteropTests.cs, which starts it: a member of clients/core in the room behind COTERIE_LINK.
test("a guest of clients/core chats with a member in C#", { timeout: 60_000 }, async () => {
  const link = parseLink(process.env.COTERIE_LINK ?? "");
  if (failed(link)) throw new Error(`COTERIE_LINK: ${link.error}`);
  const room = await Room.join(new NodeWorld(), { server: link.server, link, name: "Guest" });
  const heard = new Promise<void>((resolve) => {
    const look = () => room.chat.view.get().some(({ text }) => text === "hello from C#") && resolve();
    room.chat.view.subscribe(look);
    look();
  });
  await heard;
  await room.chat.send("hello from TypeScript");
  expect(room.view.get().alarms).toEqual([]);
  room.close();
});
