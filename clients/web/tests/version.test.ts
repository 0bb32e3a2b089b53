import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Ask, Kept } from "../worker/messages.ts";

/** What the page does about the version that is kept, with workers that answer, and with some that do not. */

/** As in a browser; Node's makes null of undefined. */
class Channel {
  readonly port1 = { onmessage: (_: { data: unknown }) => undefined, close: () => undefined };
  readonly port2 = { postMessage: (data: unknown) => queueMicrotask(() => this.port1.onmessage({ data })) };
}

type Heard = Readonly<Record<string, () => unknown>>;

const complete: Kept = { id: "a".repeat(64), files: 9, of: 9, asks: [] };
const offered: Kept = { ...complete, offered: "b".repeat(64) };
const lacking: Kept = { ...offered, files: 4 };

const asked: Ask[] = [];
const stored = new Map<string, string>();
let cached: string[];
let reloads: number;
let unregistered: boolean;

/** @param hears what the worker answers, by the type of what it is asked; it is silent to the rest */
async function page(hears: Heard) {
  const active = {
    postMessage: (what: Ask, [port]: Channel["port2"][]) => {
      asked.push(what);
      if (what.type in hears) port!.postMessage(hears[what.type]!());
    },
  };
  const unregister = async () => {
    unregistered = true;
    return true;
  };
  vi.stubGlobal("navigator", { serviceWorker: { getRegistration: async () => ({ active, unregister }) } });
  vi.resetModules();
  return await import("../src/delivery/version.ts");
}

beforeEach(() => {
  asked.length = 0;
  stored.clear();
  cached = ["coterie /code/ pin", "coterie /code/ files a", "coterie / pin", "another's"];
  reloads = 0;
  unregistered = false;
  const location = { pathname: "/code/", hash: "", reload: () => void reloads++ };
  vi.stubGlobal("document", { baseURI: "https://x.example/code/" });
  vi.stubGlobal("MessageChannel", Channel);
  vi.stubGlobal("location", location);
  vi.stubGlobal("addEventListener", () => undefined);
  vi.stubGlobal("localStorage", {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, value: string) => void stored.set(key, value),
  });
  vi.stubGlobal("caches", {
    keys: async () => cached,
    delete: async (name: string) => {
      cached = cached.filter((each) => each !== name);
      return true;
    },
  });
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** Time goes by until it is done. */
async function whenLate<T>(work: Promise<T>): Promise<T> {
  let isDone = false;
  void work.finally(() => {
    isDone = true;
  });
  for (let turn = 0; !isDone && turn < 100; turn++) {
    await new Promise((resolve) => setImmediate(resolve));
    await vi.advanceTimersByTimeAsync(10_000);
  }
  if (!isDone) throw new Error("It waits for ever.");
  return await work;
}

test("Y6 who uses a version is told when the worker does not answer", async () => {
  const { version, take } = await page({});
  version.set({ ...version.get(), kept: offered });
  expect(await whenLate(take())).toContain("does not answer");
  expect(reloads).toBe(0);
});

test("Y6 a worker that does not answer is known as one", async () => {
  const { version, look, takeServers } = await page({});
  await whenLate(look());
  expect(version.get().mute).toBe(true);
  expect(await whenLate(takeServers())).toContain("does not answer");
});

test("Y5 a version is let go of without the help of the worker, and nothing else goes", async () => {
  const { letGo } = await page({});
  await whenLate(letGo());
  expect([unregistered, cached, reloads]).toEqual([true, ["coterie / pin", "another's"], 1]);
});

const settled = "coterie.version.settled";

test("Y6 who stays is not asked again, once all of theirs is here", async () => {
  const { version, stay, openQuestion } = await page({ look: () => offered });
  version.set({ ...version.get(), kept: offered });
  await stay();
  expect(openQuestion(version.get())).toBeUndefined();
  expect(stored.get(settled)).toBe(offered.offered);
});

test("Y6 who stays while files are missing has them fetched, and is asked again where they do not come", async () => {
  let now = lacking;
  const { version, stay, openQuestion } = await page({ look: () => now, fill: () => "gone" });
  version.set({ ...version.get(), kept: lacking });
  await stay();
  expect(asked.map(({ type }) => type)).toEqual(["fill", "look"]);
  expect([openQuestion(version.get()), stored.get(settled)]).toEqual([undefined, undefined]);
  now = offered;
  await stay();
  expect(stored.get(settled)).toBe(offered.offered);
});

test("Y6 the way to the server's version asks first what it has now", async () => {
  const { takeServers } = await page({ look: () => lacking, use: () => undefined });
  expect(await takeServers()).toBeUndefined();
  expect([asked, reloads]).toEqual([[{ type: "look" }, { type: "use", id: offered.offered }], 1]);
});

test.each([
  [{ ...complete, trouble: "unreached" }, "could not be reached"],
  [{ ...offered, faulty: true }, "not the version that it names"],
  [complete, "the very version that you are on"],
  [{ ...offered, asks: ["https://else.example"] }, "elsewhere"],
] as const)("Y6 and takes none that it may not: %#", async (kept, why) => {
  const { takeServers, version, openQuestion } = await page({ look: () => kept, use: () => undefined });
  version.set({ ...version.get(), settled: `${offered.offered} https://else.example` });
  expect(await takeServers()).toContain(why);
  expect([asked.length, reloads]).toEqual([1, 0]);
  if (kept.asks.length > 0) expect(openQuestion(version.get())).toBe("offered");
});
