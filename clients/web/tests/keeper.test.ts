import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { Keeper } from "../worker/Keeper.ts";
import { type Ask, unreached, unstored } from "../worker/messages.ts";

/** The worker that keeps a version, before a server that fails, changes or is upgraded, and in a browser whose storage does. */

type Files = Readonly<Record<string, string>>;

const page = (title: string) =>
  `<head>\n<base href="/" />\n<title>${title}</title>\n<script src="./assets/main-${title}.js"></script>`;
const version = (title: string, more: Files = {}): Files => ({
  "index.html": page(title),
  "room.html": page(title),
  [`assets/main-${title}.js`]: `main of ${title}`,
  "assets/same.js": "of both",
  [`assets/late-${title}.js`]: `late of ${title}`,
  ...more,
});

const hash = (text: string) => createHash("sha256").update(text).digest("hex");
const listOf = (files: Files) =>
  `coterie-bundle 1\n${Object.entries(files)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([path, text]) => `${hash(text)} ${text.length} ${path}\n`)
    .join("")}`;

const one = version("one");
const two = version("two");

let files: Files;
let list: string;
let says: (request: IncomingMessage, response: ServerResponse) => boolean;
let keeper: Keeper;

const server = createServer((request, response) => {
  const path = request.url!.slice(1);
  if (says(request, response)) return;
  const name = path === "" ? "index.html" : path.startsWith("r/") ? "room.html" : path;
  const text = path === "bundle.txt" ? list : files[name];
  if (text === undefined) response.writeHead(404).end();
  else response.end(text.replace('<base href="/" />', '<base href="/">'));
});
const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
const ask = (path: string) => new Request(url() + path);
const answers = (status: number) => (_: IncomingMessage, response: ServerResponse) => {
  response.writeHead(status).end("<html>out of order");
  return true;
};

function hands(out: Files, named = out): void {
  files = out;
  list = listOf(named);
}

/** What a browser keeps by `caches`, as far as the worker uses it. Node has none. */
const kept = new Map<string, Map<string, Response>>();
let storage: "works" | "full" | "broken";

function cacheOf(entries: Map<string, Response>) {
  return {
    match: async (at: string) => entries.get(at)?.clone(),
    put: async (at: string, response: Response) => {
      if (storage === "full") throw new DOMException("Quota exceeded.", "QuotaExceededError");
      entries.set(at, response);
    },
    keys: async () => [...entries.keys()].map((at) => new Request(at)),
  };
}

const shelves = {
  open: async (name: string) => {
    if (storage === "broken") throw new DOMException("Unexpected internal error.", "UnknownError");
    if (!kept.has(name)) kept.set(name, new Map());
    return cacheOf(kept.get(name)!);
  },
  match: async (at: string, { cacheName }: { cacheName: string }) => kept.get(cacheName)?.get(at)?.clone(),
  keys: async () => {
    if (storage === "broken") throw new DOMException("Unexpected internal error.", "UnknownError");
    return [...kept.keys()];
  },
  delete: async (name: string) => kept.delete(name),
};

beforeAll(async () => {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

beforeEach(() => {
  vi.stubGlobal("caches", shelves);
  kept.clear();
  storage = "works";
  says = () => false;
  hands(one);
  keeper = new Keeper(new URL(url()), 200);
});
afterEach(() => vi.unstubAllGlobals());

const idOf = (some: Files) => hash(listOf(some));
const nobody = async () => undefined;
const start = async () => await (await keeper.page("", ask(""))).text();
const part = async (path: string, by: () => Promise<string | undefined> = nobody) =>
  await keeper.part(path, ask(path), by);

test("Y5 storage that fails for a while leaves the page to the server, and the pin counts again once it can be read", async () => {
  await keeper.begin();
  hands(two);
  keeper = new Keeper(new URL(url()), 200); // the browser has started the worker anew
  storage = "broken";
  expect(await start()).toContain("two");
  expect(await (await part("assets/main-two.js")).text()).toBe("main of two");
  storage = "works";
  expect(await start()).toContain("one");
});

test("Y6 a version that the browser cannot store is not taken, and said so", async () => {
  await keeper.begin();
  hands(two);
  storage = "full";
  expect(await keeper.use(idOf(two))).toBe(unstored);
  expect(await keeper.look()).toMatchObject({ id: idOf(one), offered: idOf(two) });
  expect(await start()).toContain("one");
  storage = "works";
  expect(await keeper.use(idOf(two))).toBeUndefined();
  expect(await start()).toContain("two");
});

test("Y7 a first visit to a browser whose storage is full keeps nothing, and blames no server", async () => {
  storage = "full";
  const looked = await keeper.look();
  expect([looked.id, looked.faulty, looked.trouble]).toEqual([undefined, undefined, "unstored"]);
  expect(await start()).toContain("one");
});

test("Y5 a page is not kept waiting for the settings of a server that does not answer", async () => {
  await keeper.begin();
  says = () => true;
  expect(await start()).toContain("one");
});

test.each([429, 500, 502, 503])(
  "Y7 what fails before the server, or has too much to do, hands out nothing: %i",
  async (status) => {
    await keeper.begin();
    for (const out of [one, two]) {
      hands(out);
      says = (request, response) => request.url !== "/bundle.txt" && answers(status)(request, response);
      const looked = await keeper.look();
      expect([looked.id, looked.faulty, looked.trouble]).toEqual([idOf(one), undefined, "unreached"]);
    }
    expect(await keeper.use(idOf(two))).toBe(unreached);
    says = (_, response) => {
      response.destroy();
      return true;
    };
    expect(await keeper.look()).toMatchObject({ id: idOf(one), trouble: "unreached" });
  },
);

test("Y7 a first visit while the server fails keeps nothing, and blames nobody", async () => {
  says = (request, response) => request.url !== "/bundle.txt" && answers(502)(request, response);
  const looked = await keeper.look();
  expect([looked.id, looked.faulty, looked.trouble]).toEqual([undefined, undefined, "unreached"]);
});

test("Y7 a page of another hash, one that is gone, and a list that is, are told", async () => {
  await keeper.begin();
  hands({ ...one, "index.html": page("evil") }, one);
  expect((await keeper.look()).faulty).toBe(true);
  hands({ "room.html": page("one") }, one);
  expect((await keeper.look()).faulty).toBe(true);
  hands(one);
  says = (request, response) => request.url === "/bundle.txt" && answers(404)(request, response);
  expect((await keeper.look()).faulty).toBe(true);
});

test("Y5 a visit that was short has the start page with its script, whatever the server is upgraded to", async () => {
  await keeper.begin();
  hands(two);
  expect(await start()).toContain("one");
  expect(await (await part("assets/main-one.js")).text()).toBe("main of one");
  expect((await part("assets/late-one.js")).type).toBe("error");
});

test("Y6 a version whose first script is not what it says is not taken", async () => {
  await keeper.begin();
  hands({ ...two, "assets/main-two.js": "evil" }, two);
  expect(await keeper.use(idOf(two))).toContain("is not the version that it names");
  expect(await start()).toContain("one");
});

test("Y5 who fills a version up has what the server still has of it, and is told that some is gone", async () => {
  await keeper.begin();
  hands(two);
  expect(await keeper.fill()).toContain("1 file");
  expect(await keeper.look()).toMatchObject({ files: 4, of: 5 });
  hands(one);
  expect(await keeper.fill()).toBeUndefined();
  expect(await keeper.look()).toMatchObject({ files: 5, of: 5 });
});

test("Y5 what else is at the same origin goes to the server untouched, but a page of Coterie gets nothing of it", async () => {
  await keeper.begin();
  hands(
    { ...one, wiki: "<title>Wiki</title>", "wiki/x.js": "of the wiki", "code/": "another Coterie", health: "fine" },
    one,
  );
  const wiki = await keeper.page("wiki", ask("wiki"));
  expect([await wiki.text(), wiki.headers.get("Content-Security-Policy")]).toEqual(["<title>Wiki</title>", null]);
  expect(await (await keeper.page("code/", ask("code/"))).text()).toBe("another Coterie");
  expect(await (await part("wiki/x.js", async () => `${url()}wiki`)).text()).toBe("of the wiki");
  for (const by of ["", "r/room", "index.html", "assets/main-one.js"])
    expect((await part("wiki/x.js", async () => url() + by)).type).toBe("error");
  const health = await keeper.page("health", ask("health"));
  expect(health.headers.get("Content-Security-Policy")).toBe("sandbox; default-src 'none'");
});

/** The worker's own script, as the browser calls it. */
async function worker() {
  const on = new Map<string, (event: object) => void>();
  vi.stubGlobal("self", {
    registration: { scope: url() },
    clients: { get: async () => undefined },
    addEventListener: (name: string, heard: (event: object) => void) => void on.set(name, heard),
  });
  vi.resetModules();
  await import("../worker/sw.ts");
  const answered = (data: unknown) =>
    new Promise<unknown>((resolve, reject) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = (event) => {
        port1.close();
        resolve(event.data ?? undefined); // Node makes null of it
      };
      const waitUntil = (until: Promise<unknown>) => void until.catch(reject);
      on.get("message")!({ data, ports: [port2], waitUntil });
    });
  return { answered };
}

test("Y5 a message of a type that the worker does not know changes nothing, and is answered", async () => {
  const { answered } = await worker();
  expect(await answered({ type: "look" } satisfies Ask)).toMatchObject({ id: idOf(one) });
  expect(await answered({ type: "of a newer page" })).toBeUndefined();
  hands(two);
  expect(await answered({ type: "look" } satisfies Ask)).toMatchObject({ id: idOf(one), offered: idOf(two) });
  expect(await answered({ type: "forget" } satisfies Ask)).toBeUndefined();
  expect(await answered({ type: "look" } satisfies Ask)).toMatchObject({ id: idOf(two) });
});

test("Y6 a worker whose storage fails answers all the same", async () => {
  const { answered } = await worker();
  await answered({ type: "look" });
  storage = "broken";
  expect(await answered({ type: "use", id: idOf(one) } satisfies Ask)).toBe(unstored);
  expect(await answered({ type: "allow", asks: [] } satisfies Ask)).toBe(unstored);
  expect(await answered({ type: "forget" } satisfies Ask)).toBe(unstored);
  const { answered: anew } = await worker();
  expect(await anew({ type: "look" } satisfies Ask)).toMatchObject({ id: undefined, trouble: "unstored" });
});
