import { beforeEach, expect, test } from "vitest";
import { Desk } from "../src/room/Desk.ts";

const kept = new Map<string, string>();
const ids = (desk: Desk) => desk.tabs.get().map(({ id }) => id);

beforeEach(() => {
  kept.clear();
  Object.assign(globalThis, {
    localStorage: {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => kept.set(key, value),
    },
  });
});

function deskWith(...files: string[]): Desk {
  const desk = new Desk("room");
  for (const file of files) desk.open(file);
  return desk;
}

test("a pinned tab stands first and goes by itself alone", () => {
  const desk = deskWith("a", "b", "c");
  desk.pin("c", true);
  expect(ids(desk)).toEqual(["c", "a", "b"]);
  desk.closeOthers("a");
  expect(ids(desk)).toEqual(["c", "a"]);
  desk.closeOthers();
  expect(ids(desk)).toEqual(["c"]);
  expect(desk.active.get()).toBe("c");
  desk.close("c");
  expect(ids(desk)).toEqual([]);
  expect(desk.front.get()).toBe(undefined);
});

test("a file in two tabs is one file, opened where it was seen last, and closed in both", () => {
  const desk = deskWith("a", "b");
  desk.split("b");
  expect(ids(desk)).toEqual(["a", "b", "b.2"]);
  expect(desk.files.get()).toEqual(["a", "b"]);
  desk.show("b");
  desk.show("a");
  desk.open("b");
  expect(desk.front.get()).toBe("b");
  desk.show("b.2");
  desk.show("a");
  desk.open("b");
  expect(desk.front.get()).toBe("b.2");
  expect(desk.recent.get()).toEqual(["b", "a"]);
  desk.closeFile("b");
  expect(ids(desk)).toEqual(["a"]);
});

test("a preview is no place for a text, and there is one of a file", () => {
  const desk = deskWith("a");
  desk.split("a", "preview");
  desk.show("a");
  desk.split("a", "preview");
  expect(ids(desk)).toEqual(["a", "a.preview"]);
  expect(desk.front.get()).toBe("a.preview");
  desk.close("a");
  desk.open("a");
  expect(ids(desk)).toEqual(["a.preview", "a"]);
});

test("what was kept comes back without the files that are gone, and without what nobody wrote", () => {
  const desk = deskWith("a", "b", "c");
  desk.pin("b", true);
  desk.split("c");
  desk.arrange("how they lie");
  const again = new Desk("room");
  again.restore((file) => file !== "a");
  expect(again.tabs.get()).toEqual([
    { id: "b", file: "b", as: "text", pinned: true },
    { id: "c", file: "c", as: "text", pinned: false },
    { id: "c.2", file: "c", as: "text", pinned: false },
  ]);
  expect([again.front.get(), again.layout]).toEqual(["c.2", "how they lie"]);
  for (const odd of ["nonsense", "7", "null", '{"tabs":[1,{"id":"x"}]}', '{"tabs":{}}']) {
    kept.set("coterie.desk.room", odd);
    const empty = new Desk("room");
    empty.restore(() => true);
    expect(empty.tabs.get()).toEqual([]);
  }
});
