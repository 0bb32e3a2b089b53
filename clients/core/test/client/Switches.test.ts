import { afterEach, beforeEach, expect, test } from "vitest";
import type { Room, RoomFile } from "../../src/index.ts";
import { RecordClass } from "../../src/wire/Classes.ts";
import type { StreamId } from "../../src/wire/Ids.ts";
import { parseRecord } from "../../src/wire/RecordView.ts";
import { failed } from "../../src/wire/WireError.ts";
import { Company, idOf, saved, until } from "./Company.ts";

/** What an owner switches for all, and what goes into each log where it takes something away. */
let company: Company;
beforeEach(() => {
  company = new Company();
});
afterEach(() => company.part());

test("M8 each switch is one bit of the newest rules, and every member is shown whether it is on", async () => {
  const { rooms } = await company.gather([
    ["Bob", "editor"],
    ["Vi", "viewer"],
  ]);
  const [ada] = rooms as [Room];
  const policy = () => company.atHub().state.manifests.newest!.policy;
  const bits = { viewersChat: 2, viewersCall: 4, ai: 8, runs: 16, screen: 32, calls: 64 } as const;
  for (const [name, bit] of Object.entries(bits)) {
    const feature = name as keyof typeof bits;
    const first = policy();
    const others = ({ view }: Room) => JSON.stringify({ ...view.get().allows, [feature]: undefined });
    const before = others(ada);
    for (const on of [(first & bit) === 0, (first & bit) !== 0]) {
      await ada.powers.switch(feature, on);
      expect(policy(), `${feature} is ${on}`).toBe(on ? first | bit : first & ~bit);
      for (const room of rooms) {
        await until(() => room.view.get().allows[feature] === on, `${feature} is ${on} for all`);
        expect(others(room)).toBe(before);
      }
    }
    expect(policy()).toBe(first);
  }
});

/** How many fences the tree, the chat and these files have. */
function fences(files: readonly string[]): number[] {
  const { logs, state } = company.atHub();
  return [state.streams.tree, state.streams.chat, ...(files as readonly StreamId[])].map((stream) => {
    const records = (logs.get(stream)?.envelopes ?? []).map(({ record }) => parseRecord(record));
    return records.filter((record) => !failed(record) && record.class === RecordClass.Fence).length;
  });
}

const TAKING: readonly (readonly [string, (room: Room, all: string[]) => Promise<void>])[] = [
  ["an epoch", (room, all) => room.powers.rekey({ staying: all })],
  ["a lock", (room) => room.powers.lock(true)],
  ["read-only", (room) => room.powers.setReadOnly(true)],
  ["runs switched off", (room) => room.powers.switch("runs", false)],
  ["viewers' chat switched off", (room) => room.powers.switch("viewersChat", false)],
];

test.each(TAKING)("A5 behind %s every stream has one fence, followed or not", async (_, take) => {
  const { rooms, files, id } = await company.gather([["Bob", "editor"]]);
  const [ada] = rooms as [Room];
  const unopened = await ada.tree.create("file", undefined, "other.ts");
  await ada.powers.switch("runs", true);
  await ada.powers.switch("viewersChat", true);
  files[1]!.text.insert(0, "x");
  await saved(...rooms);
  expect(fences([id, unopened])).toEqual([0, 0, 0, 0]);
  await take(ada, rooms.map(idOf));
  const { state } = company.atHub();
  const { version } = state.manifests.newest!;
  for (const stream of [state.streams.tree, state.streams.chat, id, unopened])
    await until(() => state.findStream(stream as StreamId)?.versionFloor === version, `${stream} is fenced`);
  await saved(ada);
  expect(fences([id, unopened])).toEqual([1, 1, 1, 1]);
});

test("A5 rules that take nothing away bring no fence", async () => {
  const { rooms, files, id } = await company.gather([
    ["Bob", "editor"],
    ["Vi", "viewer"],
  ]);
  const [ada, bob, vi] = rooms as [Room, Room, Room];
  await ada.powers.lock(true);
  await ada.powers.setReadOnly(true);
  for (const feature of ["runs", "viewersChat"] as const) await ada.powers.switch(feature, false);
  const done = async (file: RoomFile) => {
    const before = file.text.length;
    file.text.insert(before, "x"); // what was appended to any stream before it stands there now
    await ada.chat.send("behind it");
    await ada.tree.create("folder", undefined, `folder ${before}`);
    await saved(ada);
  };
  await until(() => fences([id]).every((count) => count > 0), "all are fenced");
  await done(files[0]!);
  const before = fences([id]);
  await ada.powers.lock(false);
  await ada.powers.setReadOnly(false);
  for (const feature of ["runs", "viewersChat"] as const) await ada.powers.switch(feature, true);
  await ada.rename("Other");
  await ada.powers.expire(Date.now() + 60_000);
  await ada.powers.raise(idOf(vi), "editor");
  await ada.powers.raise(idOf(bob), "owner");
  await done(files[0]!);
  expect(fences([id])).toEqual(before);
});
