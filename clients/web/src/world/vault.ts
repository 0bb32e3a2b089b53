import type { RecentRoom, Vault } from "@coterie/core";
import { Observable } from "@coterie/core/client/Observable.ts";
import { MemoryVault } from "@coterie/core/client/Vault.ts";
import { type DBSchema, type IDBPDatabase, openDB } from "idb";

interface Shelves extends DBSchema {
  values: { key: [room: string, name: string]; value: unknown };
  recent: { key: string; value: RecentRoom };
}

const listed = 50; // rooms shown; older ones keep their keys and open by their address

/**
 * What this browser keeps of its rooms, in IndexedDB. Private keys come as non-extractable CryptoKeys and are stored as
 * such: a script can use them while the page is open, and can never read them out. Nothing here leaves the browser.
 */
class BrowserVault implements Vault {
  readonly #db: IDBPDatabase<Shelves>;

  constructor(db: IDBPDatabase<Shelves>) {
    this.#db = db;
  }

  get(room: string, name: string): Promise<unknown> {
    return this.#db.get("values", [room, name]);
  }

  async put(room: string, name: string, value: unknown): Promise<void> {
    await this.#db.put("values", value, [room, name]);
  }

  async update(room: string, name: string, change: (kept: unknown) => unknown): Promise<void> {
    const shelf = this.#db.transaction("values", "readwrite");
    const value = change(await shelf.store.get([room, name]));
    await (value === undefined ? shelf.store.delete([room, name]) : shelf.store.put(value, [room, name]));
    await shelf.done;
  }

  hold(room: string, name: string): Promise<(() => void) | undefined> {
    return new Promise((resolve) => {
      const held = (lock: Lock | null) => {
        if (lock === null) return resolve(undefined);
        return new Promise<void>((release) => resolve(release)); // the lock lasts as long as this promise
      };
      navigator.locks.request(`coterie ${room} ${name}`, { ifAvailable: true }, held).catch(() => resolve(undefined));
    });
  }

  async delete(room: string): Promise<void> {
    const shelves = this.#db.transaction(["values", "recent"], "readwrite");
    await Promise.all([
      shelves.objectStore("values").delete(IDBKeyRange.bound([room], [room, []])),
      shelves.objectStore("recent").delete(room),
      shelves.done,
    ]);
  }

  async list(): Promise<RecentRoom[]> {
    const all = await this.#db.getAll("recent");
    return all.sort((a, b) => b.lastOpened - a.lastOpened).slice(0, listed);
  }

  async remember(recent: RecentRoom): Promise<void> {
    await this.#db.put("recent", recent);
  }
}

/** False where this browser keeps nothing beyond the page, as in some private windows; true until the vault was opened. */
export const lasting = new Observable(true);

async function open(): Promise<Vault> {
  try {
    const db = await openDB<Shelves>("coterie", 1, {
      upgrade(fresh) {
        fresh.createObjectStore("values");
        fresh.createObjectStore("recent", { keyPath: "id" });
      },
    });
    return new BrowserVault(db);
  } catch {
    lasting.set(false);
    return new MemoryVault(); // the keys live as long as the page
  }
}

let opened: ReturnType<typeof open> | undefined;

/** The vault of this page. */
export function openVault(): ReturnType<typeof open> {
  opened ??= open();
  return opened;
}
