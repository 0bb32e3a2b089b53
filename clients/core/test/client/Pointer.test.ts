import { afterEach, beforeEach, expect, test } from "vitest";
import { Limits, type Room } from "../../src/index.ts";
import { RecordClass } from "../../src/wire/Classes.ts";
import { parseRecord } from "../../src/wire/RecordView.ts";
import { failed } from "../../src/wire/WireError.ts";
import { Company, until } from "./Company.ts";
import { ManualWorld } from "./ManualWorld.ts";

let company: Company;
beforeEach(() => {
  company = new Company();
});
afterEach(() => company.part());

test("L1 W6 of a thousand places in a second thirty are told, merged, and the last one arrives", async () => {
  const hers = new ManualWorld(company.hub);
  const ada: Room = await company.found({}, hers);
  const his = company.world();
  const file = await ada.tree.create("file", undefined, "main.ts");
  const bob = await company.join(ada, "Bob", "editor", his);
  await until(() => ada.view.get().people.length === 2, "they know each other");
  await hers.pass(1); // what greeted Bob is said
  let told = 0;
  his.tamper = (frame) => {
    const record = frame.type === "relay" ? parseRecord(frame.record) : undefined;
    if (record && !failed(record) && record.class === RecordClass.Presence) told += 1;
    return [frame];
  };
  const selections = [{ anchor: new Uint8Array([1]), head: new Uint8Array([2]) }];
  const began = hers.now();
  for (let nth = 1; nth <= 1_000; nth++) {
    ada.point({ file, topLine: nth, typing: true, selections });
    await hers.step(1);
  }
  expect(hers.now() - began).toBe(1_000);
  await until(() => told > 0, "places are told");
  await new Promise((resolve) => setTimeout(resolve, 100)); // what is on its way arrives
  expect(told).toBeLessThanOrEqual(Limits.PresencePerSecond);
  expect(told).toBeGreaterThan(Limits.PresencePerSecond / 2);
  await hers.pass(1);
  await until(() => bob.cursors.get()[0]?.topLine === 1_000, "the last place arrives");
  expect(told).toBeLessThanOrEqual(Limits.PresencePerSecond + 1);
});
