import { afterEach, expect, test, vi } from "vitest";
import { Unfinished } from "../src/room/bring/Unfinished.ts";

afterEach(() => vi.unstubAllGlobals());

/** A browser that grants locks when the test says so. */
function browser() {
  const kept = new Map<string, string>();
  vi.stubGlobal("localStorage", {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  });
  const held = new Set<string>();
  const waiting: (() => Promise<void>)[] = [];
  const locks = {
    request: (name: string, work: () => Promise<unknown>) =>
      new Promise<void>((resolve) => {
        waiting.push(async () => {
          held.add(name);
          void work().then(() => {
            held.delete(name);
            resolve();
          });
        });
      }),
    query: async () => await { held: [...held].map((name) => ({ name })) },
  };
  vi.stubGlobal("navigator", { locks });
  const grant = async () => {
    for (const each of waiting.splice(0)) await each();
  };
  return { kept, locks, grant };
}

test("a lot that has not got its lock yet passes for no dead one, and notes how far it is once it has", async () => {
  const { kept, grant } = browser();
  const unfinished = new Unfinished("room");
  const lot = unfinished.begin(7);
  lot.note(3);
  expect(await unfinished.find()).toBeUndefined();
  await grant();
  expect([...kept.values()].join()).toContain('{"came":3,"total":7}');
  expect(await unfinished.find()).toBeUndefined(); // it lives
  lot.end();
  expect(kept.size).toBe(0);
});

test("a lot that ends before it has its lock leaves nothing", async () => {
  const { kept, grant } = browser();
  const lot = new Unfinished("room").begin(7);
  lot.end();
  await grant();
  expect(kept.size).toBe(0);
});

test("where a browser does not say which pages live, nothing is told of, and nothing forgotten", async () => {
  const { kept, locks, grant } = browser();
  const unfinished = new Unfinished("room");
  unfinished.begin(7).leave();
  unfinished.begin(8);
  await grant();
  locks.query = () => Promise.reject(new DOMException("no", "SecurityError"));
  expect(await unfinished.find()).toBeUndefined();
  await unfinished.forget();
  expect([...kept.values()].join()).toContain('"total":8');
});
