import { afterEach, beforeEach, expect, test } from "vitest";
import { loadKeyring } from "../../src/client/Keyring.ts";
import { Code, Policy, parseLink, Room, type RoomFile } from "../../src/index.ts";
import type { HubFrame } from "../../src/wire/HubFrame.ts";
import { failed } from "../../src/wire/WireError.ts";
import { Company, idOf, opened, others, same, saved, until } from "./Company.ts";
import type { TestLine } from "./TestLine.ts";

let company: Company;
beforeEach(() => {
  company = new Company();
});
afterEach(() => company.part());

const gathered = (...as: Parameters<Company["gather"]>) => company.gather(...as);

test("A4 who is removed is told so and reads nothing more, and all others type on without losing a letter", async () => {
  const { rooms, files } = await gathered([
    ["Bob", "editor"],
    ["Eve", "editor"],
    ["Vi", "viewer"],
  ]);
  const [ada, bob, eve, vi] = rooms as [Room, Room, Room, Room];
  const [hers, his, eves, vis] = files as [RoomFile, RoomFile, RoomFile, RoomFile];
  hers.text.insert(0, "one ");
  await same(...files);
  let typing = true;
  const typed = (async () => {
    for (let n = 0; typing; n++) {
      his.text.insert(his.text.length, `${n} `);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  })();
  await ada.powers.rekey({ staying: [idOf(bob), idOf(vi)] });
  await until(() => eve.view.get().connection === "ended", "Eve is out");
  expect(eve.view.get().problem?.code).toBe(Code.Removed);
  typing = false;
  await typed;
  hers.text.insert(0, "zero ");
  await saved(ada, bob);
  const text = await same(hers, his, vis);
  expect(text).toMatch(/^zero one 0 1 2 /);
  expect(eves.text.toString()).not.toContain("zero");
  expect(bob.view.get().role).toBe("editor");
  expect(vi.view.get().role).toBe("viewer");
  for (const room of [ada, bob, vi]) expect(room.view.get().alarms).toEqual([]);
});

test("A4 who is removed is told of the others what they were at the end, whatever they were when they wrote", async () => {
  const { rooms, files, id } = await gathered([["Bob", "editor"]]);
  const [ada, bob] = rooms as [Room, Room];
  files[1]!.text.insert(0, "written as an editor");
  await saved(bob);
  await ada.powers.raise(idOf(bob), "owner");
  await until(() => bob.view.get().role === "owner", "Bob is an owner");
  const vi = await company.join(ada, "Vi", "viewer");
  await until(() => vi.tree.view.get().length === 1, "the tree is read");
  await same(await opened(vi, id), files[0]!);
  await ada.powers.rekey({ staying: [idOf(bob)] });
  await until(() => vi.view.get().connection === "ended", "Vi is out");
  const roles = vi.view.get().people.map(({ name, role }) => `${name} ${role}`);
  expect(roles.toSorted()).toEqual(["Ada owner", "Bob owner", "Vi viewer"]);
});

test("A4 old links open nothing after the keys changed, new ones do, and who comes reads what was written before", async () => {
  const { rooms, files, id } = await gathered([["Bob", "editor"]]);
  const [ada] = rooms as [Room, Room];
  const old = ada.link("editor")!;
  files[0]!.text.insert(0, "before ");
  await saved(ada);
  await ada.powers.rekey({ staying: rooms.map(idOf) });
  expect(ada.link("editor")).not.toBe(old);
  files[0]!.text.insert(7, "after");
  await saved(ada);
  const link = parseLink(old);
  if (failed(link)) throw new Error(link.error);
  const way = { server: "http://hub.test", link, name: "Late" };
  await expect(Room.look(company.world(), "http://hub.test", link)).rejects.toMatchObject({ code: Code.Revoked });
  await expect(Room.join(company.world(), way)).rejects.toMatchObject({ code: Code.Revoked });
  const late = await company.join(ada, "Late");
  await until(() => late.tree.view.get().length === 1, "the tree is read");
  const read = await opened(late, id);
  expect(await same(read, files[1]!)).toBe("before after");
  expect(late.view.get().title).toBe("Bridge");
});

test("A3 who was away when the keys changed, and was given them, comes back and goes on", async () => {
  const { rooms, files, worlds, id } = await gathered([["Bob", "editor"]]);
  const [ada, bob] = rooms as [Room, Room];
  const bobs = idOf(bob);
  bob.close();
  await until(() => others(ada) === 0, "Bob is away");
  await ada.powers.rekey({ staying: [bobs] });
  files[0]!.text.insert(0, "new");
  await saved(ada);
  const again = await company.reopen(bob, worlds[1]!);
  await until(() => again.view.get().connection === "connected", "Bob is back");
  const his = await opened(again, id);
  his.text.insert(his.text.length, " and his");
  expect(await same(his, files[0]!)).toBe("new and his");
  expect(again.link("editor")).toBe(ada.link("editor"));
});

test("A3 who was away and was not given the keys is told what happened", async () => {
  const { rooms, worlds } = await gathered([["Bob", "editor"]]);
  const [ada, bob] = rooms as [Room, Room];
  bob.close();
  await until(() => others(ada) === 0, "Bob is away");
  await ada.powers.rekey({ staying: [] });
  const again = await company.reopen(bob, worlds[1]!);
  await until(() => again.view.get().connection === "ended", "Bob is not let in");
  expect(again.view.get().problem?.code).toBe(Code.Removed);
});

test("A2 a viewer becomes an editor, an editor an owner, and back, while all stay", async () => {
  const { rooms, files } = await gathered([
    ["Vi", "viewer"],
    ["Bob", "editor"],
  ]);
  const [ada, vi, bob] = rooms as [Room, Room, Room];
  await ada.powers.raise(idOf(vi), "editor");
  await until(() => vi.view.get().role === "editor" && vi.view.get().canEdit, "Vi may edit");
  files[1]!.text.insert(0, "Vi ");
  expect(await same(...files)).toBe("Vi ");
  expect(ada.view.get().people.find(({ memberId }) => memberId === idOf(vi))?.role).toBe("editor");
  await bob.powers.allow(Policy.Ai, false).catch(() => {});
  await ada.powers.raise(idOf(bob), "owner");
  await until(() => bob.view.get().role === "owner", "Bob is an owner");
  await bob.powers.setReadOnly(true);
  await until(() => ada.view.get().readOnly, "Bob's rules stand");
  await ada.powers.setReadOnly(false);
  await until(() => !bob.view.get().readOnly, "and so do Ada's");
  await ada.powers.lower(idOf(vi), "viewer", { staying: [idOf(bob)] });
  await until(() => vi.view.get().role === "viewer" && !vi.view.get().canEdit, "Vi is a viewer again");
  await until(
    () => ada.view.get().connection === "connected" && bob.view.get().connection === "connected",
    "all are here",
  );
  files[2]!.text.insert(0, "Bob ");
  expect(await same(...files)).toBe("Bob Vi ");
  await ada.powers.lower(idOf(bob), "editor", { staying: [idOf(vi)] });
  await until(() => bob.view.get().role === "editor", "Bob is an editor again");
  files[2]!.text.insert(0, "so ");
  expect(await same(...files)).toBe("so Bob Vi ");
});

test("C3 a locked room lets in nobody new, and everybody who was there", async () => {
  const { rooms, worlds } = await gathered([["Bob", "editor"]]);
  const [ada, bob] = rooms as [Room, Room];
  await ada.powers.lock(true);
  await until(() => ada.view.get().locked, "the room is locked");
  const late = await company.join(ada, "Late");
  await until(() => late.view.get().connection === "ended", "Late is not let in");
  expect(late.view.get().problem?.code).toBe(Code.Locked);
  bob.close();
  const again = await company.reopen(bob, worlds[1]!);
  await until(() => again.view.get().connection === "connected", "Bob is back");
  await ada.powers.lock(false);
  const later = await company.join(ada, "Later");
  await until(() => later.view.get().connection === "connected", "Later is in");
});

test("C3 a locked room lets in who was away when they were given its keys, and by no link who was removed", async () => {
  const { rooms, worlds } = await gathered([
    ["Bob", "editor"],
    ["Eve", "editor"],
  ]);
  const [ada, bob, eve] = rooms as [Room, Room, Room];
  const bobs = idOf(bob);
  bob.close();
  await until(() => others(ada) === 1, "Bob is away");
  await ada.powers.rekey({ staying: [bobs] });
  await until(() => eve.view.get().connection === "ended", "Eve is out");
  await ada.powers.lock(true);
  const link = ada.link("editor")!;
  const again = await company.join(ada, "Eve", "editor", company.page(worlds[2]!));
  await until(() => again.view.get().connection === "ended", "Eve is not let in");
  expect(again.view.get().problem?.code).toBe(Code.Locked);
  expect(link).toBe(ada.link("editor"));
  const back = await company.reopen(bob, worlds[1]!);
  await until(() => back.view.get().connection === "connected", "Bob is back");
});

test("C3 a locked room does not let in whom its owner once gave keys and another owner left out since", async () => {
  const { rooms, worlds } = await company.gather([
    ["Bob", "editor"],
    ["Eve", "editor"],
  ]);
  const [ada, bob, eve] = rooms as [Room, Room, Room];
  await ada.powers.raise(idOf(bob), "owner");
  await until(() => bob.view.get().role === "owner", "Bob is an owner");
  eve.close();
  await until(() => others(ada) === 1, "Eve is away");
  await ada.powers.rekey({ staying: [idOf(bob), idOf(eve)] });
  await bob.powers.rekey({ staying: [idOf(ada)] });
  await until(() => ada.link("editor") !== undefined && ada.link("editor") === bob.link("editor"), "Ada has the keys");
  await ada.powers.lock(true);
  const again = await company.join(ada, "Eve", "editor", company.page(worlds[2]!));
  await until(() => again.view.get().connection === "ended", "Eve is not let in");
  expect(again.view.get().problem?.code).toBe(Code.Locked);
});

test("A4 an owner whom another removed is no owner to anybody, and stays so under the next keys", async () => {
  const { rooms, files } = await gathered([["Bob", "editor"]]);
  const [ada, bob] = rooms as [Room, Room];
  await ada.powers.raise(idOf(bob), "owner");
  await until(() => bob.view.get().role === "owner", "Bob is an owner");
  await bob.powers.rekey({ staying: [] });
  await until(() => ada.view.get().connection === "ended", "Ada is out");
  const roleOf = (id: string) => bob.view.get().people.find(({ memberId }) => memberId === id)?.role;
  await until(() => roleOf(idOf(ada)) === "editor", "Ada is shown as no owner");
  const people = bob.view.get().people.filter(({ me, live, role }) => !me && (live || role === "owner"));
  expect(people).toEqual([]); // whom the next keys are offered to
  files[1]!.text.insert(0, "without her");
  await saved(bob);
});

test("A4 a second owner and the first change rules at once and end in one agreed manifest", async () => {
  const { rooms } = await gathered([
    ["Bob", "editor"],
    ["Eve", "editor"],
  ]);
  const [ada, bob, eve] = rooms as [Room, Room, Room];
  await ada.powers.raise(idOf(bob), "owner");
  await until(() => bob.view.get().role === "owner" && bob.view.get().connection === "connected", "Bob is an owner");
  await Promise.all([
    ada.powers.rekey({ staying: [idOf(bob), idOf(eve)] }),
    bob.powers.allow(Policy.Runs, false),
    ada.rename("Other"),
    bob.powers.setReadOnly(true),
  ]);
  await until(() => rooms.every((room) => room.view.get().title === "Other" && room.view.get().readOnly), "all agree");
  await until(() => new Set(rooms.map((room) => room.view.get().words.join(" "))).size === 1, "the words are the same");
  for (const room of rooms) expect(room.view.get().alarms).toEqual([]);
});

test("M5 A4 two owners give new keys at once, to different people, and one switches runs off: all who stay end in one manifest", async () => {
  const { rooms, files, worlds } = await gathered([
    ["Bob", "editor"],
    ["Cy", "editor"],
    ["Dan", "editor"],
    ["Eve", "editor"],
  ]);
  const [ada, bob, cy, dan, eve] = rooms as [Room, Room, Room, Room, Room];
  await ada.powers.raise(idOf(bob), "owner");
  await until(() => bob.view.get().role === "owner" && bob.view.get().connection === "connected", "Bob is an owner");
  await Promise.all([
    ada.powers.rekey({ staying: [bob, cy, dan].map(idOf) }),
    bob.powers.rekey({ staying: [ada, cy, eve].map(idOf) }),
    bob.powers.switch("runs", false),
  ]);
  for (const room of [dan, eve]) await until(() => room.view.get().connection === "ended", "either is out");
  const stay = [ada, bob, cy];
  await until(() => stay.every((room) => !room.view.get().allows.runs), "runs are off for all");
  for (const [at, typed] of ["A", "B", "C"].entries()) files[at]!.text.insert(0, typed);
  await until(() => files.slice(0, 3).every(({ text }) => text.length === 3), "all type on");
  expect([...(await same(...files.slice(0, 3)))].sort()).toEqual(["A", "B", "C"]);
  expect(new Set(stay.map((room) => room.view.get().words.join(" "))).size).toBe(1);
  const [room] = [...company.hub.rooms.values()];
  const { epoch, version, bytes } = room!.state.manifests.newest!;
  expect([epoch, version]).toEqual([2, 4]); // two owners' new keys, and the rules of before that made Bob one
  for (const world of worlds.slice(0, 3)) {
    const newest = async () => (await loadKeyring(world.vault, room!.state.roomId))!.manifests.at(-1);
    await expect.poll(newest, { timeout: 5_000 }).toEqual(bytes);
  }
  expect(new Set(room!.wraps.keys())).toEqual(new Set(stay.map(idOf))); // neither removal undoes the other
  for (const { view } of stay) expect(view.get().alarms).toEqual([]);
});

test("A4 whom another owner removes at the moment in which they are raised becomes nothing under the new keys", async () => {
  const { rooms, worlds } = await gathered([
    ["Bob", "editor"],
    ["Vi", "viewer"],
  ]);
  const [ada, bob, vi] = rooms as [Room, Room, Room];
  await ada.powers.raise(idOf(bob), "owner");
  await until(() => bob.view.get().role === "owner", "Bob is an owner");
  await bob.rename("Ours"); // his session is an owner's
  const [room] = [...company.hub.rooms.values()];
  const isBobs = ({ session }: TestLine) => session && room!.state.members.get(session)?.memberId === idOf(bob);
  const line = [...company.hub.lines].find(isBobs)!;
  const late: HubFrame[] = [];
  worlds[1]!.tamper = (frame) => {
    late.push(frame); // Bob hears of nothing yet
    return [];
  };
  await ada.powers.rekey({ staying: [idOf(bob)] });
  const raised = expect(bob.powers.raise(idOf(vi), "editor")).rejects.toMatchObject({ text: /not known here/ });
  await until(() => late.some((frame) => frame.type === "error"), "Bob's change is refused");
  worlds[1]!.tamper = (frame) => [frame];
  for (const frame of late) line.give(frame);
  await raised;
  expect(vi.view.get().connection).toBe("ended");
  expect(new Set(room!.wraps.keys())).toEqual(new Set([ada, bob].map(idOf)));
});

test("A2 who was made an owner while away is one when the keys change, and stays one", async () => {
  const { rooms, worlds } = await gathered([
    ["Bob", "editor"],
    ["Eve", "editor"],
  ]);
  const [ada, bob, eve] = rooms as [Room, Room, Room];
  const bobs = idOf(bob);
  bob.close();
  await until(() => others(ada) === 1, "Bob is away");
  await ada.powers.raise(bobs, "owner");
  await ada.powers.rekey({ staying: [bobs, idOf(eve)] });
  const again = await company.reopen(bob, worlds[1]!);
  await until(
    () => again.view.get().role === "owner" && again.view.get().connection === "connected",
    "Bob owns it, too",
  );
  await again.powers.setReadOnly(true);
  await until(() => ada.view.get().readOnly && eve.view.get().readOnly, "his rules stand");
});

test("M4 an owner who has not the newest key yet begins no epoch", { timeout: 30_000 }, async () => {
  company = new Company(20);
  const { rooms, worlds } = await gathered([["Bob", "editor"]]);
  const [ada, bob] = rooms as [Room, Room];
  await ada.powers.raise(idOf(bob), "owner");
  await until(() => bob.view.get().role === "owner" && bob.view.get().connection === "connected", "Bob is an owner");
  worlds[0]!.tamper = (frame) => (frame.type === "wrap" ? [] : [frame]);
  await bob.powers.rekey({ staying: [idOf(ada)] });
  await expect(ada.powers.rekey({ staying: [idOf(bob)] })).rejects.toMatchObject({ text: /not connected/ });
  const [room] = [...company.hub.rooms.values()];
  expect(room!.state.manifests.newest!.epoch).toBe(1);
});

test("K5 new keys bring a new password, or none: then the links alone open the room", async () => {
  const ada = await company.found({ password: "first" });
  const roomId = ada.view.get().id;
  const byPassword = (password: string) =>
    Room.join(company.world(), { server: "http://hub.test", roomId, password, name: "Guest" });
  await ada.powers.rekey({ staying: [], password: "second" });
  await expect(byPassword("first")).rejects.toMatchObject({ code: Code.BadAccess });
  (await byPassword("second")).close();
  await ada.powers.rekey({ staying: [] });
  expect(ada.view.get().passwordOpens).toBe(false);
  await expect(byPassword("second")).rejects.toMatchObject({ code: Code.BadAccess });
  const link = parseLink(ada.link("editor")!);
  if (failed(link)) throw new Error(link.error);
  (await Room.join(company.world(), { server: "http://hub.test", link, name: "Guest" })).close();
}, 60_000);

test("R5 what is refused because one's certificate holds no more is sealed again under the next one", async () => {
  const { rooms, files } = await gathered([["Bob", "editor"]]);
  company.hub.refusing.append = Code.Cert;
  files[1]!.text.insert(0, "kept");
  await until(() => company.hub.asked.refused > 0, "it was refused");
  company.hub.refusing = {};
  expect(await same(...files)).toBe("kept");
  expect(rooms[1]!.view.get().notTaken).toEqual([]);
});

test("K14 links work until the time that an owner set, and may be given more", async () => {
  const { rooms, worlds } = await gathered([["Bob", "editor"]]);
  const [ada, bob] = rooms as [Room, Room];
  await ada.powers.expire(Date.now() - 1);
  await until(() => (bob.view.get().linksUntil ?? Number.POSITIVE_INFINITY) <= Date.now(), "Bob knows");
  await expect(company.join(ada, "Late")).rejects.toMatchObject({ code: Code.Expired });
  bob.close();
  const again = await company.reopen(bob, worlds[1]!);
  await until(() => again.view.get().connection === "connected", "who was in comes back");
  await ada.powers.expire(Date.now() + 60_000);
  (await company.join(ada, "Late")).close();
  await ada.powers.expire(undefined);
  await until(() => ada.view.get().linksUntil === undefined, "links work again");
  await ada.powers.expire(Date.now() - 1);
  await ada.powers.rekey({ staying: rooms.map(idOf) });
  await until(() => ada.view.get().linksUntil === undefined, "new links work");
  (await company.join(ada, "Later")).close();
});
