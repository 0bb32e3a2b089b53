import { afterEach, expect, test } from "vitest";
import { parseRecord, RecordClass, type Room } from "../../src/index.ts";
import { failed } from "../../src/wire/WireError.ts";
import { Company, until } from "./Company.ts";
import { ManualWorld } from "./ManualWorld.ts";
import type { TestWorld } from "./TestWorld.ts";

/** How who comes is told what stands, and what that costs who hears it. */
const company = new Company();
afterEach(() => company.part());

const sees = (room: Room, name: string) => room.cursors.get().some((cursor) => cursor.name === name);

/** Counts the places that are said to this world from now on. */
function counted(world: TestWorld): Map<string, number> {
  const places = new Map<string, number>();
  world.tamper = (frame) => {
    const record = frame.type === "relay" ? parseRecord(frame.record) : undefined;
    if (record && !failed(record) && record.class === RecordClass.Presence)
      places.set(record.session, (places.get(record.session) ?? 0) + 1);
    return [frame];
  };
  return places;
}

test("P3 who comes alone is told at once, and many who come at once are told together", async () => {
  const adas = company.world();
  const ada = await company.found({}, adas);
  const file = await ada.tree.create("file", undefined, "main.ts");
  const bobs = new ManualWorld(company.hub);
  const bob = await company.join(ada, "Bob", "editor", bobs);
  bob.point({ file });
  await bobs.passUntil(() => sees(ada, "Bob"), "Ada sees Bob");
  await bobs.pass(2);

  const carol = await company.join(ada, "Carol");
  await until(() => sees(carol, "Bob"), "Carol is told while no time passes for Bob");
  const { session } = ada.cursors.get().find(({ name }) => name === "Bob")!;
  const places = counted(adas);
  const many = await Promise.all(["Dan", "Eve", "Finn", "Gus", "Hana"].map((name) => company.join(ada, name)));
  await until(() => bob.view.get().people.filter(({ live }) => live).length === 8, "Bob sees all");
  expect(places.get(session) ?? 0).toBe(0);
  await bobs.pass(1);
  await until(() => many.every((room) => sees(room, "Bob")), "all are told");
  expect(places.get(session)).toBe(1);
});

test("P3 what stands is said at once in a session that begins, and who comes back is told what stands", async () => {
  const adas = company.world();
  const ada = await company.found({}, adas);
  const file = await ada.tree.create("file", undefined, "main.ts");
  const [bobs, carols] = [new ManualWorld(company.hub), company.world()];
  const bob = await company.join(ada, "Bob", "editor", bobs);
  const carol = await company.join(ada, "Carol", "editor", carols);
  for (const room of [bob, carol]) room.point({ file });
  await bobs.passUntil(() => sees(ada, "Bob") && sees(ada, "Carol"), "Ada sees both");
  await bobs.pass(2);
  const before = ada.cursors.get().find(({ name }) => name === "Carol")!.session;
  carols.drop();
  await until(
    () => ada.cursors.get().some(({ name, session }) => name === "Carol" && session !== before),
    "Carol is back",
  );
  await until(() => sees(carol, "Bob"), "and is told");
});
