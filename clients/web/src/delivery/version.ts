import { Observable } from "@coterie/core/client/Observable.ts";
import { type Answers, type Ask, cachesOf, type Kept, unreached } from "../../worker/messages.ts";
import { remembered } from "../app/remembered.ts";
import { server } from "../app/route.ts";
import { words } from "../app/toast.ts";

/** Which version of Coterie this browser keeps for this server, as far as the page knows yet. */
export interface Version {
  /** Undefined until the worker has been asked. */
  readonly kept: Kept | undefined;
  /** Why there is no worker that keeps one, for a person; undefined where there is one, or may be soon. */
  readonly why: string | undefined;
  /** There is a worker, and it did not answer the last time that it was asked. */
  readonly mute: boolean;
  /** The server has another worker in the place of the one that keeps the version: the browser has taken it, and asks nobody. */
  readonly replaced: boolean;
  /** What a person has answered with "Stay", or has taken note of. */
  readonly settled: string | undefined;
}

export const version = new Observable<Version>({
  kept: undefined,
  why: undefined,
  mute: false,
  replaced: false,
  settled: remembered.settled(),
});

const settleMs = 3_000; // after the page is there: until then it has better to do
const fillMs = 20_000;
const lookAgainMs = 60 * 60_000;
const answerMs = 60_000; // the list and the pages of another version, over a slow network
const filledMs = 10 * 60_000; // all files of one
const forgetMs = 2_000; // the page can do it by itself
const muteWords =
  "What keeps this version in your browser does not answer. Load the page again, or let go of the version.";

let registration: ServiceWorkerRegistration | undefined;

export type Question = "offered" | "faulty" | "replaced" | "asks";

/** What there is to be asked, as one word; undefined where there is nothing, or it was answered. */
export function openQuestion({ kept, replaced, settled }: Version): Question | undefined {
  if (kept !== undefined && kept.id === undefined) return undefined; // there is nothing that it could be another one than
  if (questionOf(kept, replaced) === settled) return undefined;
  if (kept?.faulty) return "faulty";
  if (kept?.offered !== undefined) return "offered";
  if (replaced) return "replaced";
  return kept !== undefined && kept.asks.length > 0 ? "asks" : undefined;
}

function questionOf(kept: Kept | undefined, replaced: boolean): string | undefined {
  const about = [kept?.faulty && `faulty of ${kept.id}`, kept?.offered, ...(kept?.asks ?? []), replaced && "replaced"];
  return about.filter(Boolean).join(" ") || undefined;
}

/** How many files of the version are not here, where the server may have them no more. */
export function missingOf(kept: Kept | undefined): number {
  return kept && (kept.faulty || kept.offered !== undefined) ? kept.of - kept.files : 0;
}

/**
 * It is not asked again before the server has yet another one; but on the next visit, where files are missing with which one could stay. That a
 * worker was replaced is asked again on another day: it was replaced again.
 */
export async function stay(): Promise<void> {
  const { kept, replaced } = version.get();
  change({ settled: questionOf(kept, replaced) });
  if (missingOf(kept) > 0) {
    if (!isSparing()) await fill();
    await look();
    if (missingOf(version.get().kept) > 0) return;
  }
  remembered.rememberSettled(questionOf(kept, false) ?? "");
}

/** Takes the version that the server offers, and loads the page anew. @returns why not, for a person */
export async function take(): Promise<string | undefined> {
  const id = version.get().kept?.offered;
  if (id === undefined) return "The server has no other version any more.";
  return await reloadAfter(ask({ type: "use", id }));
}

/**
 * The way to the server's version for who has no card that offers it, as where a part of theirs did not come. It looks first; what the card would
 * also ask is asked by the card. @returns why not, for a person
 */
export async function takeServers(): Promise<string | undefined> {
  await look();
  const { kept, mute } = version.get();
  if (mute) return muteWords;
  if (kept?.trouble === "unreached") return unreached;
  if (kept?.faulty)
    return "What this server hands out is not the version that it names. Ask whoever runs it; “About this page”, on the start page, lets go of yours.";
  if (kept?.offered === undefined)
    return "The server names the very version that you are on. Load the page again; if that does not help, tell whoever runs the server.";
  if (kept.asks.length === 0) return await take();
  change({ settled: undefined });
  return "With that version the server offers to send files elsewhere. A card in the corner says where to, and asks: it waits until no dialog is open.";
}

/** Lets pages of this server send to the addresses that it asks for, and loads the page anew. @returns why not, for a person */
export async function allow(): Promise<string | undefined> {
  return await reloadAfter(ask({ type: "allow", asks: version.get().kept?.asks ?? [] }));
}

async function reloadAfter(asked: Promise<string | undefined>): Promise<string | undefined> {
  const problem = await asked.catch(words);
  if (problem === undefined) location.reload();
  return problem;
}

/** Keeps no version any more, and loads what the server has; that is kept then. It needs no help of the worker, which may be what is to be got rid of. */
export async function letGo(): Promise<void> {
  const nothing = () => undefined;
  await ask({ type: "forget" }, forgetMs).catch(nothing);
  const standing = await registered().catch(nothing);
  await standing?.unregister().catch(nothing);
  const prefix = cachesOf(new URL(`${server}/`).pathname);
  const names = await caches.keys().catch((): string[] => []);
  for (const name of names) if (name.startsWith(prefix)) await caches.delete(name).catch(nothing);
  location.reload();
}

/** The id of the bundle that the server says this page is of; where a version is kept, of that one. */
export async function ownId(): Promise<string> {
  const answer = await fetch(`${server}/bundle.txt`);
  if (!answer.ok) throw new Error("This server has no list of its files.");
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", await answer.arrayBuffer()));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Has this browser keep the version, once the page is idle; looks then whether the server has another one, and again each hour. */
export async function keepVersion(): Promise<void> {
  if (!("serviceWorker" in navigator)) {
    return change({ why: "This browser keeps nothing for the pages of a private window, or is too old for it." });
  }
  try {
    const before = await navigator.serviceWorker.getRegistration(`${server}/`);
    watch(before); // the browser may look for another worker before the page is idle
    await idle();
    const options = { scope: `${server}/`, updateViaCache: "all" } as const; // asks for another worker once a day, where the server's headers say so
    registration = await navigator.serviceWorker.register(`${server}/sw.js`, options);
    if (registration.active === null) await activated(registration);
    if (before === undefined) watch(registration);
  } catch {
    return change({
      why: "The browser does not let this server's page keep one. Mostly its certificate is self-made, or the page is shown in a private window.",
    });
  }
  await look();
  setInterval(() => void look(), lookAgainMs);
  const { files = 0, of = 0 } = version.get().kept ?? {};
  if (files === of) return;
  await fill(loaded()); // they lie in the browser's cache: it costs the server nothing
  await look();
  if (!isSparing()) setTimeout(() => void fill().then(look), fillMs);
}

/** Has files here from now on. What does not come is said by how many are here. */
async function fill(paths?: readonly string[]): Promise<void> {
  await ask({ type: "fill", ...(paths && { paths }) }, filledMs).catch(() => undefined);
}

const isSparing = () => (navigator as { connection?: { saveData?: boolean } }).connection?.saveData === true;

/** What this page is made of so far. */
function loaded(): readonly string[] {
  const own = performance.getEntriesByType("resource").map(({ name }) => name);
  return own.filter((name) => name.startsWith(`${server}/`)).map((name) => name.slice(server.length + 1));
}

export async function look(): Promise<void> {
  if (!(await registered().catch(() => undefined))?.active) return;
  try {
    change({ kept: await ask({ type: "look" }), mute: false });
  } catch {
    change({ mute: true });
  }
}

/** Also before the page is idle, and where it was loaded past the worker. */
async function registered(): Promise<ServiceWorkerRegistration | undefined> {
  return registration ?? (await navigator.serviceWorker?.getRegistration(`${server}/`));
}

/** The first one of all has no page to wait for. It is not made where the server has no version that can be kept. */
function activated({ installing }: ServiceWorkerRegistration): Promise<void> {
  return new Promise((resolve, reject) => {
    installing?.addEventListener("statechange", () => {
      if (installing.state === "activated") resolve();
      if (installing.state === "redundant") reject(new Error("The worker was not installed."));
    });
  });
}

async function idle(): Promise<void> {
  if (document.readyState !== "complete") await new Promise((resolve) => addEventListener("load", resolve));
  await new Promise((resolve) => setTimeout(resolve, settleMs));
  if ("requestIdleCallback" in globalThis)
    await new Promise((resolve) => requestIdleCallback(resolve, { timeout: settleMs }));
}

/** An update begins without a page's leave: all that a page can do is to notice. */
function watch(watched: ServiceWorkerRegistration | undefined): void {
  if (watched === undefined) return;
  const noted = () => {
    change({ replaced: true });
    void look();
  };
  watched.addEventListener("updatefound", noted);
  if (watched.installing && watched.active) noted();
}

/** @throws Error where there is no answer in that time, for a person */
async function ask<A extends Ask>(what: A, withinMs = answerMs): Promise<Answers[A["type"]]> {
  const worker = (await registered())?.active;
  if (!worker) throw new Error(muteWords);
  return await new Promise((resolve, reject) => {
    const { port1, port2 } = new MessageChannel();
    const late = setTimeout(() => {
      port1.close();
      reject(new Error(muteWords));
    }, withinMs);
    port1.onmessage = ({ data }) => {
      clearTimeout(late);
      port1.close();
      resolve(data);
    };
    worker.postMessage(what, [port2]);
  });
}

function change(changed: Partial<Version>): void {
  version.set({ ...version.get(), ...changed });
}
