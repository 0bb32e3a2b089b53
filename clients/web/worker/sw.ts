import { Keeper } from "./Keeper.ts";
import type { Answers, Ask } from "./messages.ts";

/**
 * Stands between the pages of one server and that server, once a page has registered it. It never takes over by itself from the worker before it,
 * nor from a page that came without it.
 */
declare const self: ServiceWorkerGlobalScope;

const scope = new URL(self.registration.scope);
const keeper = new Keeper(scope);
const data = ["health", "rooms", "run"]; // what pages ask of the server that is no file

self.addEventListener("install", (event) => {
  event.waitUntil(keeper.begin());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  // What is asked of others is the policy's to judge; what is sent to the server is no page.
  if (origin !== scope.origin || !pathname.startsWith(scope.pathname) || request.method !== "GET") return;
  const path = pathname.slice(scope.pathname.length);
  if (request.mode === "navigate") event.respondWith(keeper.page(path, request));
  else if (request.destination !== "" || !data.includes(path)) event.respondWith(keeper.part(path, request));
});

self.addEventListener("message", (event) => {
  const [port] = event.ports;
  const answering = answer(event.data as Ask).then((answered) => port?.postMessage(answered));
  event.waitUntil(answering);
});

async function answer(ask: Ask): Promise<Answers[Ask["type"]]> {
  if (ask.type === "look") return await keeper.look();
  if (ask.type === "use") return await keeper.use(ask.id);
  if (ask.type === "allow") return await keeper.allow(ask.asks);
  if (ask.type === "fill") await keeper.fill(ask.paths);
  else await keeper.forget();
  return undefined;
}
