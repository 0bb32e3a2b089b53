import { contentOf, type Room } from "@coterie/core";
import { RecordClass } from "@coterie/core/wire/Classes.ts";
import { afterEach, expect, test, vi } from "vitest";
import { Company, opened, saved, until } from "../../core/test/client/Company.ts";
import { toasts } from "../src/app/toast.ts";
import { Bring, type Phase } from "../src/room/bring/Bring.ts";
import type { Incoming } from "../src/room/bring/Incoming.ts";
import { fitting, mostOfText, type Terms } from "../src/room/bring/plan.ts";
import { pathFolder } from "../src/room/bring/sources.ts";
import type { Desk } from "../src/room/Desk.ts";
import { Shelf } from "../src/room/files/Shelf.ts";

let company = new Company();
afterEach(() => {
  company.part();
  company = new Company();
});

const incoming = (path: string, bytes: Uint8Array, size = bytes.length): Incoming => ({
  ...{ path, size, read: async () => await bytes },
});
const text = (letters: string) => new TextEncoder().encode(letters);
const lot = (files: readonly Incoming[], clashes: readonly string[] = []) => ({
  ...{ files, clashes, folders: [], leftOut: [] },
  ...{ alike: new Set<Incoming>(), terms: plenty },
});
const plenty: Terms = { file: 2_500_000, free: Number.POSITIVE_INFINITY, noTexts: new Set(), texts: new Set() };
const bringInto = (room: Room) => new Bring(room, new Shelf(room, {} as Desk));
const paths = (room: Room) => room.tree.view.get().map(({ path }) => path);
const reasons = (phase: Phase | undefined) =>
  phase?.type === "told" ? phase.leftOut.map(({ path, why }) => `${path}: ${why}`) : [];

test("nothing comes into the room after one has stopped it, neither what is being read nor what waits for it", async () => {
  const room = await company.found();
  const before = paths(room);
  let [read, go] = [0, () => {}];
  const large = (path: string) => ({
    ...{ path, size: 20_000_000 },
    read: async () => {
      read++;
      await new Promise<void>((resolve) => {
        go = resolve;
      });
      return text("late");
    },
  });
  const bring = bringInto(room);
  const gone = bring.go(lot([large("a"), large("b"), incoming("c", text("late"), 20_000_000)]), "both");
  bring.stop();
  go();
  await gone;
  expect([read, paths(room)]).toEqual([1, before]);
});

test("a text that is too much for one lot leaves its space to those behind it", async () => {
  const room = await company.found();
  const { id, landed } = room.tree.make("file", undefined, "same.txt");
  await landed;
  const long = "あ".repeat(mostOfText / 3);
  (await opened(room, id)).text.insert(0, long);
  await saved(room);
  const bytes = text(long);
  const bring = bringInto(room);
  let seen = 0;
  const read = async () => {
    seen++;
    return await bytes;
  };
  const same = Array.from({ length: 14 }, () => ({ path: "same.txt", size: bytes.length, read }));
  const small = {
    ...{ path: "small.txt", size: 5 },
    read: async () => {
      await until(() => seen === same.length, "it is the last");
      return text("small");
    },
  };
  const terms = { ...plenty, file: mostOfText }; // where any of them may be no text
  await bring.go({ ...lot([...same, small], ["same.txt"]), terms }, "replace");
  expect(reasons(bring.phase.get())).toEqual(["same.txt: all texts that come at once may have 200.0 MB"]);
  expect(paths(room)).toContain("small.txt");
}, 60_000);

test("what did not come stands before what one was told of when one was asked", async () => {
  const room = await company.found();
  const bring = bringInto(room);
  const broken = { path: "broken", size: 1, read: () => Promise.reject(new Error("cannot be read")) };
  await bring.go({ ...lot([broken]), leftOut: [{ path: "a.log", why: "by rule" }] }, "both");
  expect(reasons(bring.phase.get())).toEqual(["broken: cannot be read", "a.log: by rule"]);
  expect(toasts.get().map(({ text }) => text)).not.toContain("Brought in 0 files."); // the card says so
});

test("of texts a few megabytes are on their way at a time, whatever comes", async () => {
  const room = await company.found();
  let most = 0;
  room.view.subscribe(() => {
    most = Math.max(most, room.view.get().unsaved);
  });
  const bytes = text("0123456789".repeat(100_000));
  const bring = bringInto(room);
  await bring.go(lot(Array.from({ length: 10 }, (_, nth) => incoming(`${nth}.txt`, bytes))), "both");
  expect(paths(room).length).toBeGreaterThanOrEqual(10);
  expect(most).toBeGreaterThan(20);
  expect(most).toBeLessThan(50); // of about 100 kB each
}, 60_000);

test("a project whose names differ by capitals alone comes again into the files it made, under the names it came with", async () => {
  const room = await company.found();
  const picture = (letter: string) => incoming(`${letter}/p.png`, Uint8Array.of(0, letter.charCodeAt(0)));
  const project = (word: string) => [
    ...["readme", "README", "Readme"].map((name) => incoming(name, text(`${name} ${word}`))),
    ...["a", "A"].map((name) => incoming(`${name}/x`, text(`${name} ${word}`))),
    ...["a", "A"].map(picture),
  ];
  const bring = bringInto(room);
  const drop = (files: readonly Incoming[]) => pathFolder(files);
  await bring.begin(drop(project("old")), undefined);
  bring.stop();
  const before = paths(room).toSorted();
  expect(before).toContain("README (2)");
  const contents = () => room.tree.view.get().map(({ path, content }) => [path, content?.id]);
  const pictures = contents();

  await bring.begin(drop(project("new")), undefined);
  const asked = bring.phase.get();
  if (asked?.type !== "asking") throw new Error("it asks");
  await bring.go(asked.plan, "replace");
  expect(paths(room).toSorted()).toEqual(before);
  expect(contents()).toEqual(pictures); // the same pictures are not left there once more
  const shown = async (path: string) => {
    const file = await opened(room, room.tree.view.get().find((node) => node.path === path)!.id);
    return file.text.toString();
  };
  expect(await Promise.all(["readme", "README (2)", "Readme (3)", "A (2)/x"].map(shown))).toEqual([
    "readme new",
    "README new",
    "Readme new",
    "A new",
  ]);
});

test("whether a picture that comes again is the one that is there is told here, without its coming from the server", async () => {
  const room = await company.found();
  const picture = (byte: number) => incoming("p.png", new Uint8Array(300_000).fill(byte));
  const bring = bringInto(room);
  await bring.go(lot([picture(0xff)]), "both");
  const content = () => room.tree.view.get().find(({ path }) => path === "p.png")!.content!.id;
  const first = content();
  room.blobs.get = () => Promise.reject(new Error("it is not to come"));
  await bring.go(lot([picture(0xff)], ["p.png"]), "replace");
  expect(content()).toBe(first);
  await bring.go(lot([picture(0xfe)], ["p.png"]), "replace");
  await until(() => content() !== first, "another one is in its place");
});

test("of a lot whose folder somebody deletes meanwhile no more is read or left with the server, and it says so", async () => {
  const room = await company.found();
  const bring = bringInto(room);
  let read = 0;
  const file = (path: string, more = async () => {}) => ({
    ...{ path, size: 20_000_000 },
    read: async () => {
      read++;
      await more();
      return Uint8Array.of(0xff);
    },
  });
  const gone = async () => {
    await until(() => paths(room).includes("p/t.txt"), "some of it is there");
    await saved(room); // for all
    await room.tree.delete(room.tree.view.get().find(({ path }) => path === "p")!.id);
  };
  const files = [incoming("p/t.txt", text("t")), file("p/one", gone), file("p/two"), file("p/q/three")];
  await bring.go({ ...lot(files), folders: ["p"] }, "both");
  const why = "the folder it was to go into was deleted meanwhile";
  expect(reasons(bring.phase.get()).toSorted()).toEqual([`p/one: ${why}`, `p/q/three: ${why}`, `p/two: ${why}`]);
  expect(read).toBe(1);
});

test("what is kept here of a drop for the next visit is not sealed anew for each short text", async () => {
  const world = company.world();
  const room = await company.found({}, world);
  await saved(room);
  const update = world.vault.update.bind(world.vault);
  let kept = 0;
  world.vault.update = async (scope, key, change) => {
    if (key === "outbox") kept++;
    await update(scope, key, change);
  };
  const began = Date.now();
  const files = Array.from({ length: 100 }, (_, nth) => incoming(`${nth}.txt`, text(`words ${nth}`)));
  await bringInto(room).go(lot(files), "both");
  await saved(room);
  expect(kept).toBeLessThanOrEqual(2 + (Date.now() - began) / 200); // its own pause
});

test("a page that dies when the server has a part of a long text has kept all of it, and sends the rest on the next visit", async () => {
  const world = company.world();
  const room = await company.found({}, world);
  await saved(room);
  const update = world.vault.update.bind(world.vault);
  let [dead, edits] = [false, 0];
  world.vault.update = async (...what) => {
    if (!dead) await update(...what);
  };
  company.hub.holds = (record) => {
    if (record.class === RecordClass.Tree) dead = true;
    return record.class === RecordClass.Edit && edits++ > 0;
  };
  const words = "words ".repeat(50_000);
  const bring = bringInto(room);
  void bring.go(lot([incoming("a.txt", text(words))]), "both");
  await until(() => dead && edits > 1, "the server has the file");
  room.close();
  await new Promise((resolve) => setTimeout(resolve, 50));
  dead = false;
  company.hub.holds = () => false;
  const again = await company.reopen(room, world);
  await until(() => paths(again).includes("a.txt"), "the file is there");
  const file = await opened(again, again.tree.view.get().find(({ path }) => path === "a.txt")!.id);
  await until(() => file.text.toString() === words, "its text is");
});

test("where somebody deletes the folder while one is asked, a folder without files says so, and the lot comes to its end", async () => {
  const room = await company.found();
  const { id, landed } = room.tree.make("folder", undefined, "into");
  await landed;
  await until(() => paths(room).includes("into"), "it is there");
  const bring = bringInto(room);
  await bring.begin(pathFolder([incoming("node_modules/m.js", text("m"))], "", ["empty"]), id);
  const asked = bring.phase.get();
  if (asked?.type !== "asking") throw new Error("it asks");
  await room.tree.delete(id);
  await bring.go(asked.plan, "both");
  expect(reasons(bring.phase.get())[0]).toBe("empty/: the folder it was to go into was deleted meanwhile");
  expect(bring.isUnderWay).toBe(false);
});

test("what does not go into a file of its name says why: it is no text, or too long to be written in, or it is one", async () => {
  const room = await company.found();
  await Promise.all(["long.txt", "odd.txt"].map((name) => room.tree.make("file", undefined, name).landed));
  await room.tree.makeBinary(undefined, "picture", await room.blobs.put(contentOf(Uint8Array.of(0xff)))).landed;
  room.blobs.storage.set({ ...room.blobs.storage.get()!, most: 6_000_000 });
  const bring = bringInto(room);
  const files = [
    incoming("long.txt", text("x".repeat(5_000_001))),
    incoming("odd.txt", Uint8Array.of(0x61, 0xff)),
    incoming("picture", text("a")),
  ];
  await bring.go(lot(files, ["long.txt", "odd.txt", "picture"]), "replace");
  const there = "what has this name in the room is";
  expect(reasons(bring.phase.get()).toSorted()).toEqual([
    `long.txt: ${there} a text, and this is longer than the 5.0 MB that people write in together: delete it there first`,
    `odd.txt: ${there} a text, and this is none in UTF-8: delete it there first`,
    `picture: ${there} no text, and this is one: delete it there first`,
  ]);
});

/** Where this browser remembers things, and what a page holds as long as it lives. */
function browser() {
  const kept = new Map<string, string>();
  const held = new Map<string, Promise<unknown>>();
  vi.stubGlobal("localStorage", {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  });
  vi.stubGlobal("navigator", {
    locks: {
      request: async (name: string, work: () => Promise<unknown>) => {
        held.set(name, work());
        await held.get(name);
        held.delete(name);
      },
      query: async () => await { held: [...held.keys()].map((name) => ({ name })) },
    },
  });
  const noted = (room: Room) => kept.get(`coterie.bringing.${room.view.get().id}`);
  return { kept, noted, die: () => held.clear() };
}
afterEach(() => vi.unstubAllGlobals());

const picture = (path: string, size: number) => incoming(path, new Uint8Array(size).fill(0xff));
const spaceOf = (bring: Bring) => bring.space.view.get()!;

test("a drop that the room has no space for says so before anything is made or left with the server, and what fits comes without empty folders", async () => {
  const room = await company.found();
  const { blobs } = company.atHub();
  await until(() => room.blobs.storage.get() !== undefined, "the hub has said how much there is");
  blobs.room = 700_000;
  room.blobs.storage.set({ ...room.blobs.storage.get()!, room: 700_000 });
  const bring = bringInto(room);
  const files = [picture("a/1.png", 500_000), picture("b/2.png", 500_000), picture("c/d/3.png", 400_000)];
  const before = paths(room);
  await bring.begin(pathFolder([...files, incoming("b/notes.txt", text("words"))]), undefined);
  const asked = bring.phase.get();
  if (asked?.type !== "asking") throw new Error("it asks");
  expect([paths(room), blobs.kept.size]).toEqual([before, 0]);
  const { stays, needs } = fitting(asked.plan, "both");
  expect(stays.map(({ path }) => path)).toEqual(["b/2.png", "c/d/3.png"]);
  expect([needs > 1_400_000, asked.plan.terms.free]).toEqual([true, 700_000]);
  await bring.go(asked.plan, "both");
  expect(paths(room).toSorted()).toEqual([...before, "a", "a/1.png", "b", "b/notes.txt"].toSorted());
  const told = bring.phase.get();
  expect(told).toMatchObject({ type: "told", brought: 2, leftOut: [{ path: "b/2.png", more: ["c/d/3.png"] }] });
});

test("what the server has no space for all the same makes no folder, and is one line", async () => {
  const room = await company.found();
  const { blobs } = company.atHub();
  const bring = bringInto(room);
  const files = Array.from({ length: 9 }, (_, nth) => picture(`p/q${nth}/${nth}.png`, 300_000));
  blobs.room = 400_000; // others were faster
  await bring.go({ ...lot(files), folders: ["p", ...files.map((_, nth) => `p/q${nth}`), "empty"] }, "both");
  const folders = room.tree.view.get().filter(({ kind }) => kind === "folder");
  expect(folders).toHaveLength(3);
  expect(paths(room)).toContain("empty");
  const told = bring.phase.get();
  if (told?.type !== "told") throw new Error("it is told");
  expect(told.leftOut).toHaveLength(1);
  expect(told.leftOut[0]!.more).toHaveLength(7);
  expect(told.leftOut[0]!.why).toMatch(/^2\.4 MB, and \d+ kB are free in the room: delete what nobody needs$/);
});

test("how full the room is follows what comes and goes, also where the server says nothing of it", async () => {
  const room = await company.found();
  const bring = bringInto(room);
  await until(() => room.tree.isWhole && bring.space.view.get() !== undefined, "it is known");
  const before = spaceOf(bring).used;
  await bring.go(lot([picture("a.png", 300_000), picture("b.png", 300_000)]), "both");
  await until(() => spaceOf(bring).used > before + 600_000, "both count");
  expect(spaceOf(bring).used).toBeLessThan(before + 700_000); // each once
  await room.tree.delete(room.tree.view.get().find(({ path }) => path === "a.png")!.id);
  await until(() => spaceOf(bring).used < before + 400_000, "one has gone");
  expect(spaceOf(bring).used).toBeGreaterThan(before + 300_000);
});

test("a node that says more than it holds makes the room full for nobody", async () => {
  const ada = await company.found();
  const blob = await ada.blobs.put(contentOf(new Uint8Array(1_000).fill(0xff)));
  await ada.tree.makeBinary(undefined, "small.png", { ...blob, size: 120_000_000 }).landed;
  const bob = await company.join(ada, "Bob");
  const bring = bringInto(bob);
  await until(() => bob.tree.isWhole && paths(bob).includes("small.png"), "Bob sees it");
  await until(() => bring.space.view.get() !== undefined, "and how full the room is");
  bring.space.look();
  expect(spaceOf(bring).used).toBeLessThan(10_000);
});

test("of a lot that a closed page was at, the next visit tells how much came; of one that another page is at, nothing", async () => {
  const { kept, noted, die } = browser();
  const world = company.world();
  const room = await company.found({}, world);
  const bring = bringInto(room);
  const waiting: (() => void)[] = [];
  const slow = (path: string) => ({
    ...{ path, size: 5 },
    read: () => new Promise<Uint8Array>((resolve) => waiting.push(() => resolve(text("words")))),
  });
  const files = [
    ...Array.from({ length: 12 }, (_, nth) => incoming(`${nth}.txt`, text("words"))),
    slow("x"),
    slow("y"),
  ];
  const gone = bring.go(lot(files), "both");
  await until(() => waiting.length === 2 && paths(room).length >= 12, "the rest waits");
  await until(() => noted(room)?.includes('"came":12') === true, "it is noted");
  const other = bringInto(room);
  await other.resume();
  expect(other.phase.get()).toBeUndefined();
  const left = [...kept];
  bring.stop();
  for (const go of waiting) go();
  await gone;
  room.close();
  die();
  for (const [key, value] of left) kept.set(key, value); // as a page leaves it that is no more
  const again = bringInto(await company.reopen(room, world));
  await again.resume();
  expect(again.phase.get()).toEqual({ type: "cutOff", came: 12, total: 14 });
  again.stop(); // one goes out of the room
  expect(again.phase.get()).toBeUndefined();
  await again.resume();
  expect(again.phase.get()).toMatchObject({ type: "cutOff" });
  again.dismiss();
  await until(() => noted(room) === undefined, "it was taken note of");
  await again.resume();
  expect(again.phase.get()).toBeUndefined();
  kept.set(...left.find(([key]) => key.includes("bringing"))!);
  await again.resume();
  await again.begin(pathFolder([incoming("once more.txt", text("words"))]), undefined);
  expect(noted(room)).toBeUndefined(); // who brings it in once more has taken note, too
});

test("a lot that came to its end leaves nothing to be told of, nor does one that was stopped", async () => {
  const { noted, die } = browser();
  const room = await company.found();
  const bring = bringInto(room);
  await bring.go(lot([incoming("a.txt", text("a"))]), "both");
  let go = () => {};
  const waits = {
    path: "b",
    size: 1,
    read: () => new Promise<Uint8Array>((resolve) => (go = () => resolve(text("b")))),
  };
  const gone = bring.go(lot([waits]), "both");
  await until(() => noted(room) !== undefined, "it is noted");
  bring.stop();
  go();
  await gone;
  expect(noted(room)).toBeUndefined();
  die();
  await bring.resume();
  expect(bring.phase.get()).toBeUndefined();
});

test("a drop that was ended while it was looked at takes nothing of the next one, and what one ticks begins nothing", async () => {
  const room = await company.found();
  const bring = bringInto(room);
  let list = () => {};
  const listed = new Promise<void>((resolve) => {
    list = resolve;
  });
  const slow = { name: "", list: () => listed.then(() => ({ files: [], folders: [] })) };
  const first = bring.begin(slow, undefined);
  bring.stop();
  const ignored = [incoming("a.txt", text("a")), incoming("node_modules/m.js", text("m"))];
  await bring.begin(pathFolder(ignored), undefined);
  expect(bring.phase.get()?.type).toBe("asking");
  list();
  await first;
  expect(bring.phase.get()?.type).toBe("asking");
  await bring.gather(true); // nothing is left out then
  expect(bring.phase.get()).toMatchObject({ type: "asking", plan: { leftOut: [] } });
  expect(paths(room)).not.toContain("a.txt");
});

test("many files that stay out for one reason are one line", async () => {
  const room = await company.found();
  const bring = bringInto(room);
  const broken = Array.from({ length: 8 }, (_, nth) => ({
    ...{ path: `${nth}`, size: 1, read: () => Promise.reject(new Error("cannot be read")) },
  }));
  await bring.go(lot(broken), "both");
  const told = bring.phase.get();
  expect(told).toMatchObject({ type: "told", brought: 0, leftOut: [{ why: "cannot be read", more: { length: 7 } }] });
});

test("a lot ends with its room, and the next visit tells how much came", async () => {
  const { noted } = browser();
  const ada = await company.found();
  const bob = await company.join(ada, "Bob");
  company.hub.holds = (record) => record.class === RecordClass.Tree;
  const bring = bringInto(bob);
  const gone = bring.go(lot([incoming("a.txt", text("a")), incoming("b.txt", text("b"))]), "both");
  await until(() => paths(bob).includes("b.txt"), "they are made");
  await ada.powers.rekey({ staying: [] });
  await until(() => bob.view.get().connection === "ended", "he is removed");
  await gone;
  expect(bring.phase.get()).toBeUndefined();
  expect(noted(bob)).toContain('"total":2');
});

test("of texts that are put into files of their names those have come that the server has", async () => {
  const room = await company.found();
  const names = ["a.txt", "b.txt"];
  for (const name of names) {
    const { id, landed } = room.tree.make("file", undefined, name);
    await landed;
    (await opened(room, id)).text.insert(0, "before");
  }
  await until(() => room.view.get().unsaved === 0, "they are there");
  const bring = bringInto(room);
  company.hub.holds = (record) => record.class === RecordClass.Edit;
  const files = names.map((name) => incoming(name, text(`now ${name}`)));
  const gone = bring.go(lot(files, names), "replace");
  await until(() => room.view.get().unsaved > 0 && bring.phase.get()?.type === "bringing", "they are written");
  for (let turns = 0; turns < 20; turns++) await new Promise((resolve) => setTimeout(resolve));
  expect(bring.phase.get()?.type).toBe("bringing"); // the server has none of them
  bring.stop();
  await gone;
  expect(toasts.get().map((toast) => toast.text)).toContain("Stopped after 0 files.");
});

test("a lot that waits for the server ends when one stops it", async () => {
  const room = await company.found();
  company.hub.holds = (record) => record.class === RecordClass.Tree;
  const bring = bringInto(room);
  const gone = bring.go(lot([incoming("a.txt", text("a"))]), "both");
  await until(() => paths(room).includes("a.txt"), "it is made");
  bring.stop();
  await gone;
  expect(bring.phase.get()).toBeUndefined();
});
