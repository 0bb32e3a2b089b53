import { Keeper } from "./Keeper.ts";
import { type Answers, type Ask, unstored } from "./messages.ts";

/**
 * Stands between the pages of one server and that server, once a page has registered it. It never takes over by itself from the worker before it,
 * nor from a page that came without it.
 */
declare const self: ServiceWorkerGlobalScope;

const scope = new URL(self.registration.scope);
const keeper = new Keeper(scope);
const data = ["health", "rooms", "run"]; // what pages ask of the server that is no file

self.addEventListener("install", (event) => {
  // One that has nothing to keep yet stands in nobody's way, and can say why.
  event.waitUntil(keeper.begin().catch(() => undefined));
});

self.addEventListener("fetch", (event) => {
  const { request, clientId } = event;
  const { origin, pathname } = new URL(request.url);
  // What is asked of others is the policy's to judge; what is sent to the server is no page.
  if (origin !== scope.origin || !pathname.startsWith(scope.pathname) || request.method !== "GET") return;
  const path = pathname.slice(scope.pathname.length);
  const by = async () => (await self.clients.get(clientId).catch(() => undefined))?.url;
  if (request.mode === "navigate") event.respondWith(keeper.page(path, request));
  else if (request.destination !== "" || !data.includes(path)) event.respondWith(keeper.part(path, request, by));
});

self.addEventListener("message", (event) => {
  const [port] = event.ports;
  const ask = event.data as Ask;
  const answering = answer(ask).catch(() => failed(ask));
  event.waitUntil(answering.then((answered) => port?.postMessage(answered)));
});

async function answer(ask: Ask): Promise<Answers[Ask["type"]] | undefined> {
  switch (ask.type) {
    case "look":
      return await keeper.look();
    case "fill":
      return await keeper.fill(ask.paths);
    case "use":
      return await keeper.use(ask.id);
    case "allow":
      return await keeper.allow(ask.asks);
    case "forget":
      return await keeper.forget();
    default:
      return undefined; // of a page that is newer than this worker
  }
}

/** What fails here is the browser's storage: that the server fails is an answer. */
function failed(ask: Ask): Answers[Ask["type"]] {
  return ask.type === "look" ? { id: undefined, files: 0, of: 0, asks: [], trouble: "unstored" } : unstored;
}
