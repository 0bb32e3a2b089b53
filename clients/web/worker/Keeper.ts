import { type Bundle, type BundleFile, hashOf, listName, mostListBytes, readBundle } from "./bundle.ts";
import { headersOf, powerless } from "./headers.ts";
import type { Kept } from "./messages.ts";
import { elsewhereOf, leadingOutOf, makePage, readPage } from "./page.ts";

const drivePage = "drive.html";
const unreached = "The server could not be reached. Try again.";
const notThisOne =
  "The server has another version of this page than this browser keeps, and it is not shown. Open the start page: it asks whether to use the other version, and can let go of yours.\n";
const settingsName = `${listName}?settings`; // what the operator had set when the pin was made, or a person allowed since

const pages: Readonly<Record<string, string>> = {
  "index.html": "",
  "room.html": `r/${"0".repeat(26)}`, // of a room that there is not: the page is the same for each
  [drivePage]: "drive",
};

/**
 * Keeps one version of the web client, the pin, for one server at one base path (Y5–Y7). It is what the server handed out on the first visit,
 * or what a person took since; nothing else changes it. Whatever a page gets of it has the hash that the pinned list names, and was either kept
 * or fetched just now. Of the operator's settings, those of now count, but for new addresses to which what is in a room may go: a person allows
 * them first. The version before stays until the next one, for pages that are still open.
 */
export class Keeper {
  readonly #scope: URL;
  readonly #cachePrefix: string;
  #pin: Promise<Bundle | undefined> | undefined;

  /** @param scope the server's address with its base path, ending in a slash */
  constructor(scope: URL) {
    this.#scope = scope;
    this.#cachePrefix = `coterie ${scope.pathname} `;
  }

  /** Pins what the server hands out, where nothing is pinned yet. @returns the pin, or undefined where that is no whole version */
  async begin(): Promise<Bundle | undefined> {
    const pinned = await this.pinned();
    if (pinned !== undefined) return pinned;
    const served = await this.#served();
    return served.bundle && (await this.#take(served.bundle)) ? served.bundle : undefined;
  }

  pinned(): Promise<Bundle | undefined> {
    this.#pin ??= this.#readPin();
    return this.#pin;
  }

  async look(): Promise<Kept> {
    const pinned = await this.begin();
    const asks = await this.#asks(await this.#settings());
    const kept: Kept = { id: pinned?.id, ...(await this.#count(pinned)), asks };
    const { bundle, reached } = await this.#served();
    if (!reached) return kept;
    if (pinned === undefined) return { ...kept, faulty: true };
    const faulty = bundle === undefined || !(await this.#handsOutItsPages(bundle));
    if (faulty) return { ...kept, faulty, ...(bundle && bundle.id !== pinned.id && { offered: bundle.id }) };
    return bundle.id === pinned.id ? kept : { ...kept, offered: bundle.id };
  }

  async fill(paths?: readonly string[]): Promise<void> {
    const pinned = await this.pinned();
    if (pinned === undefined) return;
    for (const file of pinned.files.values()) {
      if (file.path === drivePage || paths?.includes(file.path) === false) continue;
      if ((await this.#file(pinned, file)) === undefined || (await this.pinned())?.id !== pinned.id) return;
    }
  }

  /** @returns why not, for a person */
  async use(id: string): Promise<string | undefined> {
    const { bundle, reached } = await this.#served();
    if (!reached) return unreached;
    if (bundle?.id !== id)
      return "The server has yet another version by now. Load the page again to be asked about that.";
    if (await this.#take(bundle)) return undefined;
    return "What the server hands out is not the version that it names. You stay on yours.";
  }

  /** @returns why not, for a person */
  async allow(asks: readonly string[]): Promise<string | undefined> {
    const settings = await this.#settings();
    if (settings === undefined) return unreached;
    const more = (await this.#asks(settings)).filter((each) => !asks.includes(each));
    if (more.length > 0)
      return "The server names yet other addresses by now. Load the page again to be asked about those.";
    await this.#rememberSettings(settings);
    return undefined;
  }

  async forget(): Promise<void> {
    for (const name of await caches.keys()) if (name.startsWith(this.#cachePrefix)) await caches.delete(name);
    this.#pin = undefined;
  }

  /** What a page's address is answered with. */
  async page(path: string, request: Request): Promise<Response> {
    const pinned = await this.pinned();
    if (pinned === undefined) return await fetch(request);
    const name = pageAt(path);
    if (name === undefined)
      return pinned.files.has(path) ? await this.part(path, request) : await this.#powerless(request);
    const settings = await this.#allowed();
    if (name === drivePage && !settings.includes('name="coterie-drive"')) return await this.#powerless(request);
    const file = pinned.files.get(name);
    const kept = file && (await this.#file(pinned, file));
    if (kept === undefined) return new Response(notThisOne, { status: 503, headers: powerless });
    const page = makePage(await kept.text(), this.#scope.pathname, settings);
    return new Response(page, { headers: headersOf(name, this.#scope.host, elsewhereOf(settings)) });
  }

  /** What a part of a page is answered with: a file of the pinned version, or of the one before. Nothing else is one. */
  async part(path: string, request: Request): Promise<Response> {
    const pinned = await this.pinned();
    if (pinned === undefined) return await fetch(request);
    if (path === listName) return new Response(pinned.list, { headers: headersOf(path, this.#scope.host) });
    const file = pinned.files.get(path);
    const found = file ? await this.#file(pinned, file) : await this.#older(path);
    return found ?? Response.error();
  }

  async #readPin(): Promise<Bundle | undefined> {
    const list = await (await caches.open(`${this.#cachePrefix}pin`)).match(this.#at(listName));
    return list && (await readBundle(new Uint8Array(await list.arrayBuffer())));
  }

  /** Fetches its pages and pins it. @returns whether its pages are what it says */
  async #take(bundle: Bundle): Promise<boolean> {
    for (const name of ["index.html", "room.html"]) {
      const file = bundle.files.get(name);
      if (file === undefined || (await this.#file(bundle, file)) === undefined) return false;
      // What cannot be kept cannot be shown later on.
      if (!(await caches.match(this.#at(name), { cacheName: this.#nameOf(bundle.id) }))) return false;
    }
    const before = (await this.pinned())?.id;
    const pin = await caches.open(`${this.#cachePrefix}pin`);
    await pin.put(this.#at(listName), new Response(bundle.list));
    await this.#rememberSettings((await this.#settings()) ?? "");
    this.#pin = undefined;
    const stay = [`${this.#cachePrefix}pin`, this.#nameOf(bundle.id), ...(before ? [this.#nameOf(before)] : [])];
    for (const name of await caches.keys())
      if (name.startsWith(this.#cachePrefix) && !stay.includes(name)) await caches.delete(name);
    return true;
  }

  /** The file of that version: as it is kept, or fetched, if it is what the list says. */
  async #file(bundle: Bundle, file: BundleFile): Promise<Response | undefined> {
    const files = await caches.open(this.#nameOf(bundle.id));
    const kept = await files.match(this.#at(file.path));
    if (kept) return kept;
    const bytes = (await this.#fetched(file, "default")) ?? (await this.#fetched(file, "reload"));
    if (bytes === undefined) return undefined;
    const response = new Response(bytes, { headers: headersOf(file.path, this.#scope.host) });
    // Where the disk is full it is fetched each time.
    await files.put(this.#at(file.path), response.clone()).catch(() => undefined);
    return response;
  }

  async #fetched(file: BundleFile, cache: RequestCache): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const address = pages[file.path];
    try {
      const bytes = await this.#ask(address ?? file.path, address === undefined ? cache : "no-store");
      if (bytes === undefined) return undefined;
      const page = address === undefined ? undefined : readPage(new TextDecoder().decode(bytes), this.#scope.pathname);
      if (address !== undefined && page === undefined) return undefined;
      const content = page ? new TextEncoder().encode(page.file) : bytes;
      return (await hashOf(content)) === file.hash ? content : undefined;
    } catch {
      return undefined; // it was not answered
    }
  }

  /** @returns undefined where the server has no such file */
  async #ask(path: string, cache: RequestCache): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const answer = await fetch(this.#at(path), { cache, credentials: "omit", redirect: "error" });
    return answer.ok ? new Uint8Array(await answer.arrayBuffer()) : undefined;
  }

  /** What the server has now. It is reached where it answers, or has no list; what stands before it may fail. */
  async #served(): Promise<{ reached: boolean; bundle?: Bundle | undefined }> {
    try {
      const init = { cache: "no-store", credentials: "omit", redirect: "error" } as const;
      const answer = await fetch(this.#at(listName), init);
      if (!answer.ok) return { reached: answer.status === 404 };
      if (Number(answer.headers.get("Content-Length") ?? 0) > mostListBytes) return { reached: true };
      return { reached: true, bundle: await readBundle(new Uint8Array(await answer.arrayBuffer())) };
    } catch {
      return { reached: false };
    }
  }

  async #handsOutItsPages(bundle: Bundle): Promise<boolean> {
    for (const name of ["index.html", "room.html"]) {
      const file = bundle.files.get(name);
      if (file === undefined || (await this.#fetched(file, "no-store")) === undefined) return false;
    }
    return true;
  }

  /** What the operator set, by the page that the server has now; undefined where there is none. They are data: what may be set has a form. */
  async #settings(): Promise<string | undefined> {
    try {
      const page = await this.#ask("", "no-store");
      return page && readPage(new TextDecoder().decode(page), this.#scope.pathname)?.settings;
    } catch {
      return undefined;
    }
  }

  /** Those of now, where they lead nowhere that was not allowed; else those that were. */
  async #allowed(): Promise<string> {
    const settings = await this.#settings();
    return settings !== undefined && (await this.#asks(settings)).length === 0 ? settings : await this.#remembered();
  }

  /** Where these lead that was not allowed. */
  async #asks(settings: string | undefined): Promise<readonly string[]> {
    const allowed = leadingOutOf(await this.#remembered());
    return leadingOutOf(settings ?? "").filter((each) => !allowed.includes(each));
  }

  async #remembered(): Promise<string> {
    const kept = await (await caches.open(`${this.#cachePrefix}pin`)).match(this.#at(settingsName));
    return (await kept?.text()) ?? "";
  }

  async #rememberSettings(settings: string): Promise<void> {
    await (await caches.open(`${this.#cachePrefix}pin`)).put(this.#at(settingsName), new Response(settings));
  }

  async #older(path: string): Promise<Response | undefined> {
    for (const name of await caches.keys())
      if (name.startsWith(`${this.#cachePrefix}files `)) {
        const found = await (await caches.open(name)).match(this.#at(path));
        if (found) return found;
      }
    return undefined;
  }

  async #powerless(request: Request): Promise<Response> {
    const { status, body, type } = await fetch(request);
    if (type === "opaqueredirect") return Response.redirect(this.#scope); // leads nowhere but to the start page
    return new Response(body, { status, headers: powerless });
  }

  /** How many files are here, and how many there are, but for a page that there is only where the operator wants Drive. */
  async #count(pinned: Bundle | undefined): Promise<{ files: number; of: number }> {
    if (pinned === undefined) return { files: 0, of: 0 };
    const here = await (await caches.open(this.#nameOf(pinned.id))).keys();
    const counted = [...pinned.files.keys()].filter((path) => path !== drivePage);
    return { files: here.filter(({ url }) => url !== this.#at(drivePage)).length, of: counted.length };
  }

  #nameOf(id: string): string {
    return `${this.#cachePrefix}files ${id}`;
  }

  #at(path: string): string {
    return new URL(path, this.#scope).href;
  }
}

/** The page at this address below the base path, by its file's name. */
function pageAt(path: string): string | undefined {
  if (path === "" || path === "index.html") return "index.html";
  if (path.startsWith("r/")) return "room.html";
  return path === "drive" ? drivePage : undefined;
}
