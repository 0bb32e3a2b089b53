import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Code, parseLink, Room } from "../../src/index.ts";
import { generateIdentity } from "../../src/keys/KeyPair.ts";
import { sealLetter } from "../../src/rooms/Letter.ts";
import type { HubFrame } from "../../src/wire/HubFrame.ts";
import { idBytes, type MemberId, type SessionId } from "../../src/wire/Ids.ts";
import { failed } from "../../src/wire/WireError.ts";
import { Company, idOf, opened, same, saved, until } from "./Company.ts";
import { TestKnocks } from "./TestKnocks.ts";
import type { TestWorld } from "./TestWorld.ts";

let company: Company;
beforeEach(() => {
  company = new Company();
});
afterEach(() => company.part());

/** Ada's room, in which an owner lets people in from now on. */
async function byApproval(terms: Parameters<Company["found"]>[0] = {}) {
  const ada = await company.found(terms);
  await ada.powers.rekey({ staying: [], byApproval: true, password: terms.password });
  return ada;
}

/** Somebody at the door. */
class Guest {
  readonly heard: (number | undefined)[] = [];
  leave: () => void = () => {};
  readonly world: TestWorld;
  readonly room: Promise<Room>;

  constructor(host: Room, name: string, role: "editor" | "viewer" = "editor", world = company.world()) {
    const link = parseLink(host.link(role) ?? "");
    if (failed(link)) throw new Error(link.error);
    this.world = world;
    const waiting = (state: { owners: number } | { problem: string }, leave: () => void) => {
      this.heard.push("owners" in state ? state.owners : undefined);
      this.leave = leave;
    };
    this.room = Room.join(world, { server: "http://hub.test", link, name, waiting });
    this.room.catch(() => {}); // looked at where it is awaited
  }
}

function memberOf(session: SessionId | undefined): MemberId | undefined {
  const [room] = [...company.hub.rooms.values()];
  return session && room!.state.members.get(session)?.memberId;
}

function knocking(room: Room): string[] {
  return room.view.get().knocking.map(({ name, role }) => `${name} as ${role}`);
}

test("Q2 Q3 Q4 who knocks waits, an owner sees by which link, and lets them in as they like", async () => {
  const ada = await byApproval();
  expect(ada.view.get().byApproval).toBe(true);
  const id = await ada.tree.create("file", undefined, "main.ts");
  const hers = await opened(ada, id);
  hers.text.insert(0, "before");
  await saved(ada);
  const bob = new Guest(ada, "Bob");
  const viola = new Guest(ada, "Vi", "viewer");
  await until(() => ada.view.get().knocking.length === 2, "both knock");
  expect(knocking(ada).sort()).toEqual(["Bob as editor", "Vi as viewer"]);
  expect(bob.heard).toEqual([1]);
  const of = (name: string) => ada.view.get().knocking.find((each) => each.name === name)!.memberId;
  await ada.powers.admit(of("Bob"), "editor");
  const bobs = await bob.room;
  const his = await opened(bobs, id);
  his.text.insert(6, " and after");
  expect(await same(hers, his)).toBe("before and after");
  await ada.powers.admit(of("Vi"), "viewer");
  const vis = await viola.room;
  expect(vis.view.get().role).toBe("viewer");
  await until(() => ada.view.get().people.filter(({ live }) => live).length === 3, "all are there");
  expect(knocking(ada)).toEqual([]);
  for (const room of [ada, bobs, vis]) expect(room.view.get().alarms).toEqual([]);
  bobs.close();
  vis.close();
});

test("Q4 who is turned away is told so, and an owner may let in as less than the link would", async () => {
  const ada = await byApproval();
  const eve = new Guest(ada, "Eve");
  await until(() => ada.view.get().knocking.length === 1, "Eve knocks");
  await ada.powers.turnAway(ada.view.get().knocking[0]!.memberId);
  await expect(eve.room).rejects.toMatchObject({ code: Code.TurnedAway });
  expect(knocking(ada)).toEqual([]);
  const bob = new Guest(ada, "Bob");
  await until(() => ada.view.get().knocking.length === 1, "Bob knocks");
  await ada.powers.admit(ada.view.get().knocking[0]!.memberId, "viewer");
  const bobs = await bob.room;
  expect(bobs.view.get().role).toBe("viewer");
  bobs.close();
});

test("Q2 who leaves is not listed any more, and may come again", async () => {
  const ada = await byApproval();
  const bob = new Guest(ada, "Bob");
  await until(() => ada.view.get().knocking.length === 1, "Bob knocks");
  const { memberId } = ada.view.get().knocking[0]!;
  bob.leave();
  await expect(bob.room).rejects.toMatchObject({ code: 0 });
  await until(() => ada.view.get().knocking.length === 0, "he is gone");
  await expect(ada.powers.admit(memberId, "editor")).rejects.toMatchObject({ text: /do not wait/ });
});

test("Q4 a knock outlives a restart of the hub and new rules, and is still one person's", async () => {
  const ada = await byApproval();
  const bob = new Guest(ada, "Bob");
  await until(() => ada.view.get().knocking.length === 1, "Bob knocks");
  const { memberId } = ada.view.get().knocking[0]!;
  await company.hub.restart();
  await until(() => ada.view.get().connection !== "connected", "Ada is cut off");
  await until(() => ada.view.get().knocking.length === 1, "Bob knocks again");
  expect(bob.heard).toContain(undefined);
  await ada.rename("Renamed");
  await until(() => knocking(ada).length === 1, "Bob knocks under the new rules");
  expect(ada.view.get().knocking[0]!.memberId).toBe(memberId);
  await ada.powers.admit(memberId, "editor");
  (await bob.room).close();
});

test("Q4 who is let in while away comes in by knocking again", async () => {
  const ada = await byApproval();
  const bob = new Guest(ada, "Bob");
  await until(() => ada.view.get().knocking.length === 1, "Bob knocks");
  bob.world.tamper = (frame) => (frame.type === "wrap" ? [] : [frame]); // lost with the connection
  await ada.powers.admit(ada.view.get().knocking[0]!.memberId, "editor");
  bob.world.tamper = (frame) => [frame];
  bob.world.drop();
  (await bob.room).close();
  expect(knocking(ada)).toEqual([]);
});

test("Q3 a second owner who comes later hears of who waits, and the one who waits of how many could let them in", async () => {
  const ada = await company.found();
  const bobs = company.world();
  const bob = await company.join(ada, "Bob", "editor", bobs);
  await until(() => ada.view.get().people.length === 2, "Bob is here");
  const bobId = ada.view.get().people.find(({ me }) => !me)!.memberId;
  await ada.powers.raise(bobId, "owner");
  await until(() => bob.view.get().role === "owner" && bob.view.get().connection === "connected", "he is an owner");
  await ada.powers.rekey({ staying: [bobId], byApproval: true });
  await until(() => bob.link("editor") !== undefined, "Bob has the new keys");
  bob.close();
  const eve = new Guest(ada, "Eve");
  await until(() => eve.heard.at(-1) === 1, "one owner is here");
  const again = await company.reopen(bob, bobs);
  await until(() => again.view.get().knocking.length === 1, "Bob sees her, too");
  await until(() => eve.heard.at(-1) === 2, "two are here");
  ada.close();
  await until(() => eve.heard.at(-1) === 1, "one is left");
  await again.powers.admit(again.view.get().knocking[0]!.memberId, "editor");
  (await eve.room).close();
});

test("Q3 Q4 an owner who turns away whom another has let in just before is told that the other was first", async () => {
  const worlds = [company.world(), company.world()] as const;
  const ada = await company.found({}, worlds[0]);
  const bob = await company.join(ada, "Bob", "editor", worlds[1]);
  await until(() => ada.view.get().people.length === 2, "Bob is here");
  const bobId = idOf(bob);
  await ada.powers.raise(bobId, "owner");
  await until(() => bob.view.get().role === "owner" && bob.view.get().connection === "connected", "he is an owner");
  await ada.powers.rekey({ staying: [bobId], byApproval: true });
  await until(() => bob.link("editor") !== undefined, "Bob has the new keys");
  const eve = new Guest(ada, "Eve");
  await until(() => knocking(ada).length === 1 && knocking(bob).length === 1, "both see Eve");
  const { memberId } = bob.view.get().knocking[0]!;
  const late: HubFrame[] = [];
  worlds[1].tamper = (frame) => {
    late.push(frame); // what Bob is told is on its way for long
    return [];
  };
  await ada.powers.admit(memberId, "viewer");
  const eves = await eve.room;
  const answered = bob.powers.turnAway(memberId);
  answered.catch(() => {});
  await until(() => late.some(({ type }) => type === "pong"), "the hub has read Bob's answer");
  const [bobsLine] = [...company.hub.lines].filter(({ session }) => memberOf(session) === bobId);
  worlds[1].tamper = (frame) => [frame];
  for (const frame of late) bobsLine!.give(frame);
  await expect(answered).rejects.toMatchObject({ text: /^Another owner answered first/ });
  await expect(bob.powers.turnAway(memberId)).rejects.toMatchObject({ text: /do not wait/ });
  expect(eves.view.get().connection).not.toBe("ended");
  eves.close();
});

test("Q1 members of a room by approval hold nothing that admits others, and come back without asking", async () => {
  const ada = await company.found();
  const bobs = company.world();
  const bob = await company.join(ada, "Bob", "editor", bobs);
  await until(() => ada.view.get().people.length === 2, "Bob is here");
  const bobId = ada.view.get().people.find(({ me }) => !me)!.memberId;
  await ada.powers.rekey({ staying: [bobId], byApproval: true });
  await until(
    () => bob.view.get().connection === "connected" && bob.view.get().byApproval,
    "Bob is under the new keys",
  );
  expect(bob.link("editor")).toBeUndefined();
  const kept = (await bobs.vault.get(bob.view.get().id, "keyring")) as { admission?: unknown; cert?: unknown };
  expect(kept.admission).toBeUndefined();
  expect(kept.cert).toBeDefined();
  bob.close();
  const again = await company.reopen(bob, bobs);
  await until(() => again.view.get().connection === "connected", "Bob is back");
  again.close();
  const byLink = new Guest(ada, "Bob", "editor", bobs); // as if he had pressed the link once more
  (await byLink.room).close();
  await ada.powers.rekey({ staying: [bobId], byApproval: false });
  (await company.join(ada, "Late")).close();
});

test("A3 a viewer who opens the editors' link is asked about, and not just a viewer again", async () => {
  const ada = await byApproval();
  const world = company.world();
  const viola = new Guest(ada, "Vi", "viewer", world);
  await until(() => ada.view.get().knocking.length === 1, "Vi knocks");
  await ada.powers.admit(ada.view.get().knocking[0]!.memberId, "viewer");
  (await viola.room).close();
  const more = new Guest(ada, "Vi", "editor", world);
  await until(() => knocking(ada).length === 1, "Vi knocks by the other link");
  expect(knocking(ada)).toEqual(["Vi as editor"]);
  await ada.powers.admit(ada.view.get().knocking[0]!.memberId, "editor");
  const vis = await more.room;
  expect(vis.view.get().role).toBe("editor");
  vis.close();
});

test("Q4 who waits goes on waiting while the room is locked, and where an ephemeral one is lost and comes back", async () => {
  const ada = await byApproval({ kind: "memory" });
  const bob = new Guest(ada, "Bob");
  await until(() => ada.view.get().knocking.length === 1, "Bob knocks");
  await company.hub.lose();
  await until(() => ada.view.get().knocking.length === 0, "the room is lost");
  await until(() => knocking(ada).length === 1, "the room is back, and Bob");
  await ada.powers.lock(true);
  await until(() => bob.heard.at(-1) === undefined, "Bob hears that it is locked");
  await ada.powers.lock(false);
  await until(() => knocking(ada).length === 1, "Bob knocks again");
  await ada.powers.admit(ada.view.get().knocking[0]!.memberId, "editor");
  (await bob.room).close();
}, 60_000);

test("Q2 nobody knocks at a locked room", async () => {
  const ada = await byApproval();
  await ada.powers.lock(true);
  await expect(new Guest(ada, "Bob").room).rejects.toMatchObject({ code: Code.Locked });
});

test("Q5 what the hub makes up does not show: a letter of its own, one for other keys, one by who knows no knock key", async () => {
  const ada = await byApproval();
  const bob = new Guest(ada, "Bob");
  await until(() => ada.view.get().knocking.length === 1, "Bob knocks");
  const [knocker] = [...company.hub.lines].filter(({ knock }) => knock !== undefined);
  const [owner] = [...company.hub.lines].filter(({ session }) => session !== undefined);
  const [room] = [...company.hub.rooms.values()];
  const { signPub, letters } = knocker!.knock!;
  const stranger = await generateIdentity();
  const points = { signPub: stranger.sign.publicPoint, dhPub: stranger.dh.publicPoint };
  const { owners } = room!.state.manifests.newest!;
  const guess = { door: 1, knockKey: crypto.getRandomValues(new Uint8Array(32)), name: "Mallory" };
  const forged = await sealLetter(guess, owners[0]!.dhPub, room!.state.roomId, points);
  for (const told of [
    { ...points, letter: letters[0]! },
    { signPub, dhPub: points.dhPub, letter: letters[0]! },
    { ...points, letter: forged },
    { ...points, letter: new Uint8Array(0) },
  ])
    owner!.give({ type: "knocked", ...told });
  owner!.give({ type: "pong", nonce: 0, serverTime: 0 });
  await ada.rename("Later"); // answered behind them
  await until(() => knocking(ada).length === 1, "only Bob knocks");
  await until(() => knocking(ada).length === 1, "only Bob knocks");
  expect(knocking(ada)).toEqual(["Bob as editor"]);
  expect(ada.view.get().alarms).toEqual([]);
  bob.leave();
});

test("Q2 one machine at the door is one person: on a new visit, and in two pages, of which the last waits", async () => {
  const ada = await byApproval();
  const bob = new Guest(ada, "Bob");
  await until(() => ada.view.get().knocking.length === 1, "Bob knocks");
  const { memberId } = ada.view.get().knocking[0]!;
  bob.leave();
  await until(() => ada.view.get().knocking.length === 0, "Bob has gone");
  const again = new Guest(ada, "Bob", "editor", company.page(bob.world));
  await until(() => ada.view.get().knocking.length === 1, "Bob is back");
  expect(ada.view.get().knocking[0]!.memberId).toBe(memberId);
  const other = new Guest(ada, "Bob", "editor", company.page(bob.world));
  await expect(again.room).rejects.toMatchObject({ code: Code.Replaced });
  expect(knocking(ada)).toEqual(["Bob as editor"]);
  await ada.powers.admit(memberId, "editor");
  const bobs = await other.room;
  expect(bobs.view.get().role).toBe("editor");
  bobs.close();
});

test("A3 who was let in while their page was gone comes in on the next visit without being asked about", async () => {
  const ada = await byApproval();
  const bob = new Guest(ada, "Bob");
  await until(() => ada.view.get().knocking.length === 1, "Bob knocks");
  const { memberId } = ada.view.get().knocking[0]!;
  const answered = ada.powers.admit(memberId, "viewer");
  bob.leave();
  await answered;
  const again = new Guest(ada, "Bob", "viewer", company.page(bob.world));
  const bobs = await again.room;
  expect(bobs.view.get().role).toBe("viewer");
  expect(knocking(ada)).toEqual([]);
  bobs.close();
});

test("Q4 all who knock are turned away at once, those without proof of a link among them", async () => {
  const ada = await byApproval();
  const [bob, eve] = [new Guest(ada, "Bob"), new Guest(ada, "Eve")];
  await until(() => ada.view.get().knocking.length === 2, "two knock");
  const { knock } = TestKnocks.prototype;
  vi.spyOn(TestKnocks.prototype, "knock").mockImplementationOnce(function (this: TestKnocks, line, room, frame) {
    knock.call(this, line, room, { ...frame, letters: frame.letters.map(() => new Uint8Array(0)) });
  });
  const stranger = new Guest(ada, "Mallory");
  await until(() => ada.view.get().strangers === 1, "one cannot be believed");
  await ada.powers.turnAllAway();
  for (const { room } of [bob, eve, stranger]) await expect(room).rejects.toMatchObject({ code: Code.TurnedAway });
  expect([knocking(ada), ada.view.get().strangers]).toEqual([[], 0]);
});

test("Q4 a member who is no owner turns nobody away", async () => {
  const ada = await byApproval();
  const bob = new Guest(ada, "Bob");
  await until(() => ada.view.get().knocking.length === 1, "Bob knocks");
  await ada.powers.admit(ada.view.get().knocking[0]!.memberId, "editor");
  const bobs = await bob.room;
  const eve = new Guest(ada, "Eve");
  await until(() => ada.view.get().knocking.length === 1, "Eve knocks");
  expect(bobs.view.get().knocking).toEqual([]);
  const eveId = ada.view.get().knocking[0]!.memberId as MemberId;
  expect(idBytes(eveId)).toHaveLength(16);
  await expect(bobs.powers.admit(eveId, "editor")).rejects.toMatchObject({ text: /do not wait/ });
  await expect(bobs.powers.turnAway(eveId)).rejects.toMatchObject({ text: /do not wait/ });
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(knocking(ada)).toEqual(["Eve as editor"]);
  eve.leave();
  bobs.close();
});

test("Q1 with a password, too, an owner is asked", async () => {
  const ada = await byApproval({ password: "open" });
  const roomId = ada.view.get().id;
  const guest = Room.join(company.world(), { server: "http://hub.test", roomId, password: "open", name: "Bob" });
  await until(() => ada.view.get().knocking.length === 1, "Bob knocks");
  expect(ada.view.get().knocking[0]).toMatchObject({ role: "viewer", byPassword: true });
  await ada.powers.admit(ada.view.get().knocking[0]!.memberId, "viewer");
  (await guest).close();
}, 60_000);

test("Q1 an owner comes back by the recovery kit without being let in by anybody", async () => {
  const world = company.world();
  const terms = { server: "http://hub.test", title: "Bridge", name: "Ada", kind: "permanent" } as const;
  const { room: ada, recovery } = await Room.create(world, terms);
  await until(() => ada.view.get().connection === "connected", "Ada is in");
  await ada.powers.rekey({ staying: [], byApproval: true });
  const link = parseLink(ada.link("viewer")!);
  if (failed(link)) throw new Error(link.error);
  const kit = await recovery.download();
  ada.close();
  const again = await Room.join(company.world(), {
    server: "http://hub.test",
    link,
    name: "Ada",
    kit: { text: kit.text },
  });
  await until(() => again.view.get().connection === "connected", "she is back");
  expect(again.view.get().role).toBe("owner");
  expect(again.link("viewer")).toContain("#");
  again.close();
});
