import { afterEach, beforeEach, expect, test } from "vitest";
import { encodeSpotlight, RecordClass, type Room } from "../../src/index.ts";
import { Company, until } from "./Company.ts";
import { Forger } from "./Forger.ts";
import { ManualWorld } from "./ManualWorld.ts";

let company: Company;
let ada: Room;
let world: ManualWorld;
let bob: Room;
beforeEach(async () => {
  company = new Company();
  ada = await company.found();
  world = new ManualWorld(company.hub);
  bob = await company.join(ada, "Bob", "editor", world);
  await until(() => person(bob, "Ada")?.live === true, "Bob sees Ada");
});
afterEach(() => company.part());

const person = (room: Room, name: string) => room.view.get().people.find((one) => one.name === name);
const asked = (room: Room) => room.together.spotlight.invitation.get();
const followed = (room: Room) => room.together.following.followed.get();
const me = (room: Room) => room.view.get().people.find((one) => one.me)!.memberId;
const followers = (room: Room) => room.together.following.followers.get().map(({ name }) => name);

test("P4 who is asked follows once they accepted, and is let go when it ends", async () => {
  ada.together.spotlight.call();
  await until(() => asked(bob)?.name === "Ada", "Bob is asked");
  expect(followed(bob)).toBeUndefined();
  bob.together.spotlight.accept();
  expect(followed(bob)).toMatchObject({ name: "Ada", called: true });
  await world.pass(1);
  await until(() => followers(ada).join() === "Bob", "Ada sees who came");
  ada.together.spotlight.end();
  await until(() => followed(bob) === undefined, "Bob is let go");
  expect(bob.together.following.ended.get()).toEqual({ name: "Ada", why: "called off" });
});

test("P4 who follows by their own wish is not let go with the others", async () => {
  ada.together.spotlight.call();
  await until(() => asked(bob) !== undefined, "Bob is asked");
  bob.together.spotlight.decline();
  bob.together.following.start(person(bob, "Ada")!.memberId);
  ada.together.spotlight.end();
  await heard();
  await world.pass(2);
  expect(followed(bob)).toMatchObject({ name: "Ada", called: false });
});

test("P3 P4 who comes later is asked too, once however often it is said again", async () => {
  ada.together.spotlight.call();
  const carols = new ManualWorld(company.hub);
  const carol = await company.join(ada, "Carol", "viewer", carols);
  await until(() => asked(carol)?.name === "Ada", "Carol is asked");
  carol.together.spotlight.decline();
  await company.join(ada, "Dan"); // for whom it is said again
  await carols.pass(40);
  expect(asked(carol)).toBeUndefined();
});

test("P4 a question without an answer goes after half a minute, and one that is withdrawn at once", async () => {
  ada.together.spotlight.call();
  await until(() => asked(bob) !== undefined, "Bob is asked");
  await world.pass(20);
  expect(asked(bob)).toBeDefined();
  await world.pass(16); // looked at every five seconds
  expect(asked(bob)).toBeUndefined();
  ada.together.spotlight.end();
  await world.pass(20);
  ada.together.spotlight.call();
  await until(() => asked(bob) !== undefined, "Bob is asked anew");
  ada.together.spotlight.end();
  await until(() => asked(bob) === undefined, "the question is withdrawn");
});

test("P4 one person asks at most every half minute, and not at all once that was refused for this visit", async () => {
  ada.together.spotlight.call();
  await until(() => asked(bob) !== undefined, "Bob is asked");
  bob.together.spotlight.decline();
  ada.together.spotlight.end();
  await heard();
  ada.together.spotlight.call();
  await heard();
  expect(asked(bob)).toBeUndefined();
  await world.pass(30);
  ada.together.spotlight.end();
  await heard();
  ada.together.spotlight.call();
  await until(() => asked(bob) !== undefined, "half a minute later Bob is asked");
  bob.together.spotlight.decline(true);
  await world.pass(40);
  ada.together.spotlight.end();
  await heard();
  ada.together.spotlight.call();
  await heard();
  expect(asked(bob)).toBeUndefined();
});

test("P4 one question stands at a time", async () => {
  const carol = await company.join(ada, "Carol");
  ada.together.spotlight.call();
  await until(() => asked(bob)?.name === "Ada", "Bob is asked by Ada");
  carol.together.spotlight.call();
  await heard(carol);
  expect(asked(bob)?.name).toBe("Ada");
});

test("P3 a viewer asks nobody: not by their page, nor by a modified one; an editor's modified page does", async () => {
  const asking: (string | undefined)[] = [];
  const { invitation } = ada.together.spotlight;
  invitation.subscribe(() => asking.push(invitation.get()?.memberId)); // it goes again at once: the modified page hangs up
  const { control } = company.hub.rooms.values().next().value!.state.streams;
  for (const role of ["viewer", "editor"] as const) {
    const eves = company.world();
    const eve = await company.join(ada, "Eve", role, eves);
    expect(eve.together.spotlight.mayCall).toBe(role === "editor");
    if (role === "viewer") expect(() => eve.together.spotlight.call()).toThrow(/owners and editors/);
    await until(() => eve.view.get().connection === "connected", "Eve is in");
    const forger = await Forger.of(company.hub, eves, eve);
    await forger.send(RecordClass.Signal, control, encodeSpotlight(7));
    await heard();
    expect(asking.slice(0, 1)).toEqual(role === "editor" ? [me(eve)] : []);
  }
});

test("P4 who asks and loses the line for a moment keeps who came; who goes lets them go", async () => {
  const carols = company.world();
  const carol = await company.join(ada, "Carol", "editor", carols);
  await until(() => person(bob, "Carol")?.live === true, "Bob sees Carol");
  carol.together.spotlight.call();
  await until(() => asked(bob)?.name === "Carol", "Bob is asked");
  bob.together.spotlight.accept();
  carols.drop();
  await until(() => !person(bob, "Carol")?.live, "Carol is away");
  await until(() => person(bob, "Carol")?.live === true, "Carol is back");
  await world.pass(15);
  await until(() => followed(bob)?.called === true, "Bob follows still");
  carol.close();
  await until(() => !person(bob, "Carol")?.live, "Carol has gone");
  await world.passUntil(() => followed(bob) === undefined, "Bob is let go");
});

/** What the owner signalled so far has come to Bob: it is on its way within 200 ms, and a message of theirs comes behind it. */
async function heard(from = ada): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 250));
  const text = `${Math.random()}`;
  await from.chat.send(text);
  await until(() => bob.chat.view.get().some((message) => message.text === text), "Bob reads it");
}
