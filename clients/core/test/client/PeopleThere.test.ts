import { afterEach, expect, test } from "vitest";
import { ClientKind, type Person, type Room } from "../../src/index.ts";
import { Company, until } from "./Company.ts";
import { TestWorld } from "./TestWorld.ts";

/** What one knows of the others: what they are here with, whether they are here, and whether their words were compared. */
const company = new Company();
afterEach(() => company.part());

function seen(room: Room, name: string): Person | undefined {
  return room.view.get().people.find((person) => person.name === name);
}

class ClientWorld extends TestWorld {
  readonly client: ClientKind;

  constructor(client: number) {
    super(company.hub, 1);
    this.client = client as ClientKind;
  }
}

test("P1 everyone sees what the others say they are here with; what nobody knows is a browser", async () => {
  const ada = await company.found();
  const kinds = [ClientKind.Terminal, ClientKind.Editor, ClientKind.Agent, 77];
  for (const kind of kinds) await company.join(ada, `kind ${kind}`, "editor", new ClientWorld(kind));
  await company.join(ada, "Bob");
  await until(() => seen(ada, "Bob") !== undefined && kinds.every((kind) => seen(ada, `kind ${kind}`)), "Ada sees all");
  expect(kinds.map((kind) => seen(ada, `kind ${kind}`)!.client)).toEqual(["terminal", "editor", "agent", "browser"]);
  expect(seen(ada, "Bob")!.client).toBe("browser");
});

test("who goes is known to have gone just now; who had gone before one came is not, nor who went while one was away", async () => {
  const ada = await company.found();
  const world = company.world();
  const [bob, carol] = [await company.join(ada, "Bob"), await company.join(ada, "Carol", "editor", world)];
  await until(() => seen(carol, "Bob")?.live === true, "Carol sees Bob");
  expect(seen(carol, "Bob")!.leftAt).toBeUndefined();
  const before = world.now();
  bob.close();
  await until(() => seen(carol, "Bob")?.live === false, "Carol sees him go");
  expect(seen(carol, "Bob")!.leftAt).toBeGreaterThanOrEqual(before);
  const dave = await company.join(ada, "Dave");
  await until(
    () => seen(dave, "Bob") !== undefined && seen(dave, "Carol") !== undefined,
    "Dave knows of Bob and sees Carol",
  );
  expect(seen(dave, "Bob")!.leftAt).toBeUndefined();
  world.reachable = false;
  world.drop();
  await until(() => seen(dave, "Carol")?.live === false, "Carol is away");
  await until(() => carol.view.get().connection !== "connected", "and knows it");
  dave.close();
  await until(() => seen(ada, "Dave")?.live === false, "Dave has gone");
  world.reachable = true;
  await until(
    () => carol.view.get().connection === "connected" && seen(carol, "Dave")?.live === false,
    "Carol is back",
  );
  expect(seen(carol, "Dave")!.leftAt).toBeUndefined();
}, 30_000);

test("K13 each member's words are the same at everyone's, and of nobody else", async () => {
  const ada = await company.found();
  const bob = await company.join(ada, "Bob");
  await until(() => seen(ada, "Bob") !== undefined && seen(bob, "Ada") !== undefined, "they see each other");
  const { memberId } = seen(ada, "Bob")!;
  expect(ada.verified.wordsOf(memberId)).toEqual(bob.verified.wordsOf(memberId));
  expect(ada.verified.wordsOf(memberId)).toHaveLength(6);
  expect(ada.verified.wordsOf(memberId)).not.toEqual(ada.verified.wordsOf(seen(ada, "Ada")!.memberId));
});

test("who was verified stays so on the next visit, under new rules and a new name, is so on no other machine, and is forgotten with the room", async () => {
  const world = company.world();
  const ada = await company.found({}, world);
  const bob = await company.join(ada, "Bob");
  await until(() => seen(ada, "Bob") !== undefined && seen(bob, "Ada") !== undefined, "they see each other");
  const { memberId } = seen(ada, "Bob")!;
  await ada.verified.mark(memberId, true);
  await until(() => seen(ada, "Bob")!.verified, "Ada sees it");
  await ada.powers.setReadOnly(true);
  await bob.setName("Robert");
  await until(() => seen(ada, "Robert") !== undefined, "Ada knows the new name");
  expect(seen(ada, "Robert")!.verified).toBe(true);
  expect(seen(bob, "Ada")!.verified).toBe(false);
  const page = company.page(world);
  const again = await company.reopen(ada, page);
  await until(() => seen(again, "Robert") !== undefined, "Robert is seen again");
  expect(seen(again, "Robert")!.verified).toBe(true);
  await again.verified.mark(memberId, false);
  await until(() => !seen(again, "Robert")!.verified, "taken back");
  await again.verified.mark(memberId, true);
  await again.leave();
  expect(await world.vault.get(ada.view.get().id, "verified")).toBeUndefined();
});

test("who has two pages open is listed in the file of the one that moved last", async () => {
  const ada = await company.found();
  const files = [await ada.tree.create("file", undefined, "a.ts"), await ada.tree.create("file", undefined, "b.ts")];
  const world = company.world();
  const bob = await company.join(ada, "Bob", "editor", world);
  const other = await company.reopen(bob, company.page(world));
  await until(() => seen(ada, "Bob")?.sessions === 2, "Ada sees both pages");
  bob.point({ file: files[0], topLine: 1 });
  await until(() => seen(ada, "Bob")?.file === files[0], "Bob is in a.ts");
  other.point({ file: files[1], topLine: 1 });
  await until(() => seen(ada, "Bob")?.file === files[1], "Bob is in b.ts");
  bob.point({ file: files[0], topLine: 2 });
  await until(() => seen(ada, "Bob")?.file === files[0], "Bob scrolls in a.ts");
});
