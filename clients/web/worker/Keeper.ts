import { type Bundle, type BundleFile, hashOf, listName, mostListBytes, readBundle } from "./bundle.ts";
import { headersOf, powerless } from "./headers.ts";
import { cachesOf, type Kept, unreached, unstored } from "./messages.ts";
import { elsewhereOf, leadingOutOf, makePage, readPage } from "./page.ts";

const drivePage = "drive.html";
const kernel = ["index.html", "room.html"]; // what no version is kept without, with what the first one names
const ownData = [listName, "health", "rooms", "run"]; // what else the server has of its own below the base path
const mostSettingsMs = 5_000; // a page is not kept waiting for longer
const notShown: Readonly<Record<Missed, string>> = {
  other:
    "The server has another version of this page than this browser keeps, and it is not shown. Open the start page: it asks whether to use the other version, and can let go of yours. If this is the start page, load it again with Shift held down.\n",
  unreached: "The server could not be reached, and this browser does not hold this page. Try again.\n",
};
const settingsName = `${listName}?settings`; // what the operator had set when the pin was made, or a person allowed since

const pages: Readonly<Record<string, string>> = {
  "index.html": "",
  "room.html": `r/${"0".repeat(26)}`, // of a room that there is not: the page is the same for each
  [drivePage]: "drive",
};

/** Not answered, by what stands before the server either; or answered with something that is not of the version. */
type Missed = "unreached" | "other";
/** Why a version is not kept: or because the browser does not store it. */
type NotKept = Missed | "unstored";

/**
 * Keeps one version of the web client, the pin, for one server at one base path (Y5–Y7). It is what the server handed out on the first visit,
 * or what a person took since; nothing else changes it. Whatever a page gets of it has the hash that the pinned list names, and was either kept
 * or fetched just now. Of the operator's settings, those of now count, but for new addresses to which what is in a room may go: a person allows
 * them first. The version before stays until the next one, for pages that are still open.
 *
 * Where the browser's storage fails there is no pin to be read: pages come from the server then, as without a worker. Addresses that are neither
 * pages of Coterie nor files of the version are another's, and go to the server untouched.
 */
export class Keeper {
  readonly #scope: URL;
  readonly #settingsMs: number;
  readonly #cachePrefix: string;
  #pin: Promise<Bundle | undefined> | undefined;

  /**
   * @param scope the server's address with its base path, ending in a slash
   * @param settingsMs how long a page waits for the settings of now, in milliseconds
   */
  constructor(scope: URL, settingsMs = mostSettingsMs) {
    this.#scope = scope;
    this.#settingsMs = settingsMs;
    this.#cachePrefix = cachesOf(scope.pathname);
  }

  /** Pins what the server hands out, where nothing is pinned yet. @returns the pin, or why there is none */
  async begin(): Promise<Bundle | NotKept> {
    const pinned = await this.pinned();
    if (pinned !== undefined) return pinned;
    const { bundle, reached } = await this.#served();
    if (!reached) return "unreached";
    if (bundle === undefined) return "other";
    return (await this.#take(bundle)) ?? bundle;
  }

  /** Rejects where it cannot be read; who asks next has it read again. */
  pinned(): Promise<Bundle | undefined> {
    if (this.#pin !== undefined) return this.#pin;
    const read = this.#readPin();
    this.#pin = read;
    read.catch(() => {
      if (this.#pin === read) this.#pin = undefined;
    });
    return read;
  }

  async look(): Promise<Kept> {
    const pinned = await this.begin();
    if (typeof pinned === "string") {
      const none = { id: undefined, files: 0, of: 0, asks: [] };
      return pinned === "other" ? { ...none, faulty: true } : { ...none, trouble: pinned };
    }
    const asks = await this.#asks(await this.#settings());
    const kept: Kept = { id: pinned.id, ...(await this.#count(pinned)), asks };
    const { bundle, reached } = await this.#served();
    const missed = reached ? await this.#missedPage(bundle) : "unreached";
    if (missed === "unreached") return { ...kept, trouble: missed };
    const offered = bundle && bundle.id !== pinned.id && { offered: bundle.id };
    return { ...kept, ...offered, ...(missed && { faulty: true }) };
  }

  /** @returns why not all of it is here, for a person; what the server has no more is left out */
  async fill(paths?: readonly string[]): Promise<string | undefined> {
    const pinned = await this.pinned();
    if (pinned === undefined) return undefined;
    let missing = 0;
    for (const file of pinned.files.values()) {
      if (file.path === drivePage || paths?.includes(file.path) === false) continue;
      const missed = await this.#hold(pinned, file);
      if (missed === "other") missing++;
      else if (missed !== undefined) return missed === "unreached" ? unreached : unstored;
      if ((await this.pinned())?.id !== pinned.id) return undefined;
    }
    return missing > 0 ? `The server has ${missing} files of this version no more.` : undefined;
  }

  /** @returns why not, for a person */
  async use(id: string): Promise<string | undefined> {
    const { bundle, reached } = await this.#served();
    if (!reached) return unreached;
    if (bundle?.id !== id)
      return "The server has yet another version by now. Load the page again to be asked about that.";
    const why = await this.#take(bundle);
    if (why === undefined) return undefined;
    if (why === "unreached") return unreached;
    if (why === "unstored") return unstored;
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

  async forget(): Promise<undefined> {
    for (const name of await caches.keys()) if (name.startsWith(this.#cachePrefix)) await caches.delete(name);
    this.#pin = undefined;
  }

  /** What a page's address is answered with. */
  async page(path: string, request: Request): Promise<Response> {
    const pinned = await this.#readable();
    if (pinned === undefined) return await fetch(request);
    const name = pageAt(path);
    if (name === undefined) {
      if (ownData.includes(path)) return await this.#powerless(request);
      return pinned.files.has(path) ? await this.#partOf(pinned, path) : await fetch(request);
    }
    const settings = await this.#allowed();
    if (name === drivePage && !settings.includes('name="coterie-drive"')) return await this.#powerless(request);
    const file = pinned.files.get(name);
    const found = file ? await this.#file(pinned, file) : "other";
    if (typeof found === "string") return new Response(notShown[found], { status: 503, headers: powerless });
    const text = await found.text().catch(() => undefined);
    if (text === undefined) return await fetch(request);
    const page = makePage(text, this.#scope.pathname, settings);
    return new Response(page, { headers: headersOf(name, this.#scope.host, elsewhereOf(settings)) });
  }

  /**
   * What a part of a page is answered with: a file of the pinned version, or of the one before. Pages of Coterie get nothing else.
   * @param by the address of who asks for it
   */
  async part(path: string, request: Request, by: () => Promise<string | undefined>): Promise<Response> {
    const pinned = await this.#readable();
    if (pinned === undefined) return await fetch(request);
    if (path === listName) return new Response(pinned.list, { headers: headersOf(path, this.#scope.host) });
    if (pinned.files.has(path)) return await this.#partOf(pinned, path);
    const older = await this.#older(path);
    if (older) return older;
    return this.#isOwn((await by()) ?? "", pinned) ? Response.error() : await fetch(request);
  }

  async #readPin(): Promise<Bundle | undefined> {
    const list = await (await this.#pinCache()).match(this.#at(listName));
    return list && (await readBundle(new Uint8Array(await list.arrayBuffer())));
  }

  /** The pin; undefined, too, where the browser's storage fails: then nobody knows of one. */
  async #readable(): Promise<Bundle | undefined> {
    return await this.pinned().catch(() => undefined);
  }

  /** Whether this is the address of a page of Coterie, or of a script of one. */
  #isOwn(address: string, pinned: Bundle): boolean {
    if (!address.startsWith(this.#scope.href)) return false;
    const path = new URL(address).pathname.slice(this.#scope.pathname.length);
    return pageAt(path) !== undefined || pinned.files.has(path);
  }

  /** Fetches its pages and pins it. @returns why not: what cannot be kept cannot be shown later on */
  async #take(bundle: Bundle): Promise<NotKept | undefined> {
    for (const name of kernel) {
      const file = bundle.files.get(name);
      const missed = file ? await this.#hold(bundle, file) : "other";
      if (missed !== undefined) return missed;
    }
    try {
      for (const file of await this.#namedByStart(bundle)) {
        const missed = await this.#hold(bundle, file);
        if (missed !== undefined) return missed;
      }
      const before = (await this.pinned())?.id;
      await this.#rememberSettings((await this.#settings()) ?? "");
      await (await this.#pinCache()).put(this.#at(listName), new Response(bundle.list));
      this.#pin = undefined;
      const stay = [`${this.#cachePrefix}pin`, this.#nameOf(bundle.id), ...(before ? [this.#nameOf(before)] : [])];
      for (const name of await caches.keys())
        if (name.startsWith(this.#cachePrefix) && !stay.includes(name)) await caches.delete(name);
      return undefined;
    } catch {
      return "unstored";
    }
  }

  /** The script and looks of the start page, with which it can at least say what is missing, and offer the way out. */
  async #namedByStart(bundle: Bundle): Promise<readonly BundleFile[]> {
    const start = await this.#kept(bundle, "index.html");
    const named = ((await start?.text()) ?? "").matchAll(/(?:src|href)="\.\/([^"]+)"/g);
    return [...named].flatMap(([, path = ""]) => bundle.files.get(path) ?? []);
  }

  /** Has the file here from now on. @returns why not */
  async #hold(bundle: Bundle, file: BundleFile): Promise<NotKept | undefined> {
    const found = await this.#file(bundle, file);
    if (typeof found === "string") return found;
    return (await this.#kept(bundle, file.path)) ? undefined : "unstored";
  }

  async #partOf(bundle: Bundle, path: string): Promise<Response> {
    const found = await this.#file(bundle, bundle.files.get(path)!);
    return typeof found === "string" ? Response.error() : found;
  }

  /** The file of that version: as it is kept, or fetched, if it is what the list says. */
  async #file(bundle: Bundle, file: BundleFile): Promise<Response | Missed> {
    const kept = await this.#kept(bundle, file.path);
    if (kept) return kept;
    let bytes = await this.#fetched(file, "default");
    if (bytes === "other") bytes = await this.#fetched(file, "reload");
    if (typeof bytes === "string") return bytes;
    const response = new Response(bytes, { headers: headersOf(file.path, this.#scope.host) });
    const copy = response.clone();
    const storing = caches.open(this.#nameOf(bundle.id)).then((files) => files.put(this.#at(file.path), copy));
    await storing.catch(() => undefined); // where the disk is full it is fetched each time
    return response;
  }

  async #kept(bundle: Bundle, path: string): Promise<Response | undefined> {
    try {
      return await (await caches.open(this.#nameOf(bundle.id))).match(this.#at(path));
    } catch {
      return undefined; // what the browser cannot read is fetched
    }
  }

  async #fetched(file: BundleFile, cache: RequestCache): Promise<Uint8Array<ArrayBuffer> | Missed> {
    const address = pages[file.path];
    const bytes = await this.#ask(address ?? file.path, address === undefined ? cache : "no-store");
    if (typeof bytes === "string") return bytes;
    const page = address === undefined ? undefined : readPage(new TextDecoder().decode(bytes), this.#scope.pathname);
    if (address !== undefined && page === undefined) return "other";
    const content = page ? new TextEncoder().encode(page.file) : bytes;
    return (await hashOf(content)) === file.hash ? content : "other";
  }

  /** What is no answer of the server's own, such as 429 or 502, is none. */
  async #ask(path: string, cache: RequestCache, signal?: AbortSignal): Promise<Uint8Array<ArrayBuffer> | Missed> {
    try {
      const answer = await fetch(this.#at(path), {
        cache,
        credentials: "omit",
        redirect: "error",
        signal: signal ?? null,
      });
      if (!answer.ok) return answer.status === 404 ? "other" : "unreached";
      return new Uint8Array(await answer.arrayBuffer());
    } catch {
      return "unreached";
    }
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

  /** Whether one of its pages is not what it says, or did not come; undefined where they all are. */
  async #missedPage(bundle: Bundle | undefined): Promise<Missed | undefined> {
    for (const name of kernel) {
      const file = bundle?.files.get(name);
      const found = file ? await this.#fetched(file, "no-store") : "other";
      if (typeof found === "string") return found;
    }
    return undefined;
  }

  /** What the operator set, by the page that the server has now; undefined where it does not come. They are data: what may be set has a form. */
  async #settings(): Promise<string | undefined> {
    const page = await this.#ask("", "no-store", AbortSignal.timeout(this.#settingsMs));
    return typeof page === "string"
      ? undefined
      : readPage(new TextDecoder().decode(page), this.#scope.pathname)?.settings;
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
    try {
      const kept = await (await this.#pinCache()).match(this.#at(settingsName));
      return (await kept?.text()) ?? "";
    } catch {
      return ""; // what was allowed is not known: nothing is
    }
  }

  async #rememberSettings(settings: string): Promise<void> {
    await (await this.#pinCache()).put(this.#at(settingsName), new Response(settings));
  }

  #pinCache(): Promise<Cache> {
    return caches.open(`${this.#cachePrefix}pin`);
  }

  async #older(path: string): Promise<Response | undefined> {
    try {
      for (const name of await caches.keys())
        if (name.startsWith(`${this.#cachePrefix}files `)) {
          const found = await (await caches.open(name)).match(this.#at(path));
          if (found) return found;
        }
    } catch {
      // What the browser cannot read is not here.
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
