import type { RoomKind } from "./view.ts";

/** A room this machine was in; enough to show it in a list and to open it again. */
export interface RecentRoom {
  /** Crockford base32, 26 characters; the `room` of every other method. */
  readonly id: string;
  readonly title: string;
  /** Base address of its server, e.g. `https://code.example`. */
  readonly server: string;
  readonly kind: RoomKind;
  /** The name this person used there. */
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly lastOpened: number;
  /** What the server said of it last, where that was the end: it is shown, never believed so far that keys are erased. */
  readonly gone?: "destroyed" | "missing";
}

/**
 * What a machine keeps of its rooms. Values are structured-clonable (objects, byte arrays and CryptoKeys, private ones
 * non-extractable), never JSON. A vault never sends anything anywhere.
 */
export interface Vault {
  get(room: string, name: string): Promise<unknown>;
  put(room: string, name: string, value: unknown): Promise<void>;
  /** Puts in a value's place what `change` makes of it, with no other page's write in between; undefined erases it. */
  update(room: string, name: string, change: (kept: unknown) => unknown): Promise<void>;
  /**
   * Takes a name for this page until it lets go of it or is no more, however it ends.
   * @returns how to let go of it; undefined where another page has it
   */
  hold(room: string, name: string): Promise<(() => void) | undefined>;
  /** Erases everything of the room, its place in the list included. */
  delete(room: string): Promise<void>;
  /** Newest first. */
  list(): Promise<RecentRoom[]>;
  /** Puts a room on the list, in the place of what it held for the same id. */
  remember(recent: RecentRoom): Promise<void>;
}

/** A vault that lives as long as its process: Node programs and private windows. */
export class MemoryVault implements Vault {
  readonly #rooms = new Map<string, Map<string, unknown>>();
  readonly #recent = new Map<string, RecentRoom>();
  readonly #held = new Set<string>();

  async get(room: string, name: string): Promise<unknown> {
    return this.#rooms.get(room)?.get(name);
  }

  async put(room: string, name: string, value: unknown): Promise<void> {
    const kept = this.#rooms.get(room) ?? new Map<string, unknown>();
    this.#rooms.set(room, kept);
    kept.set(name, structuredClone(value));
  }

  async update(room: string, name: string, change: (kept: unknown) => unknown): Promise<void> {
    const value = change(this.#rooms.get(room)?.get(name));
    if (value === undefined) this.#rooms.get(room)?.delete(name);
    else await this.put(room, name, value);
  }

  async hold(room: string, name: string): Promise<(() => void) | undefined> {
    const held = `${room} ${name}`;
    if (this.#held.has(held)) return undefined;
    this.#held.add(held);
    return () => this.#held.delete(held);
  }

  async delete(room: string): Promise<void> {
    this.#rooms.delete(room);
    this.#recent.delete(room);
  }

  async list(): Promise<RecentRoom[]> {
    return [...this.#recent.values()].sort((a, b) => b.lastOpened - a.lastOpened);
  }

  async remember(recent: RecentRoom): Promise<void> {
    this.#recent.set(recent.id, recent);
  }
}
