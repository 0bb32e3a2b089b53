import { afterEach, expect, test } from "vitest";
import { contentOf } from "../../core/src/client/Upload.ts";
import { Company, until } from "../../core/test/client/Company.ts";
import type { RoomParts } from "../src/room/RoomContext.ts";
import { makeEditable } from "../src/viewers/text/makeEditable.ts";

let company = new Company();
afterEach(() => {
  company.part();
  company = new Company();
});

test("a file of another encoding goes only when the server has all of its text", async () => {
  const room = await company.found();
  const file = room.tree.makeBinary(undefined, "old.txt", await room.blobs.put(contentOf(Uint8Array.of(0xe9))));
  await file.landed;
  const { tree } = company.atHub().state.streams;
  company.hub.holds = (record) => record.stream !== tree;
  const node = room.tree.view.get().find(({ id }) => id === file.id)!;
  const desk = { open: () => {}, closeFile: () => {} };
  void makeEditable({ room, desk } as unknown as RoomParts, node, "é".repeat(300_000));
  await until(() => company.hub.held.length > 0, "its text is under way");
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(room.tree.view.get().some(({ id }) => id === file.id)).toBe(true);
});
