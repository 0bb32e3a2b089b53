import { NONCE_BYTES, open, seal } from "../keys/Sealing.ts";
import { subtle } from "../keys/Subtle.ts";
import { ByteReader } from "../wire/ByteReader.ts";
import { concat, toHex, utf8 } from "../wire/Bytes.ts";
import { ByteWriter } from "../wire/ByteWriter.ts";
import type { RecordClass } from "../wire/Classes.ts";
import type { StreamId } from "../wire/Ids.ts";
import type { Vault } from "./Vault.ts";
import type { Timer, World } from "./World.ts";

const KEY = "outbox-key";
const KEPT = "outbox";
/** Pause after a change before it is kept, while a hub is there: most are acknowledged sooner and never written. */
const KEEP_AFTER_MS = 200;
/** Keeping much takes long: of the time a fifth is spent so, but the pause is never longer than this. */
const MOST_KEEP_AFTER_MS = 2_000;

/** In the place of a record's class: what the room did not take, kept for the person and sent nowhere. */
export const NOT_TAKEN = 0 as RecordClass;

/** An own change that no ack covers yet, as it is appended to its stream. */
export interface UnsentChange {
  readonly stream: StreamId;
  readonly class: RecordClass;
  readonly clear: Uint8Array;
  readonly payload: Uint8Array;
}

/** Where what is kept comes from, and goes on the next visit. */
export interface Unsent {
  /** What is unsent now, in the order in which it was made within each stream. */
  gather(): readonly UnsentChange[];
  /** Takes over what an earlier page left: from now on `gather` has it, until it was sent. */
  adopt(changes: readonly UnsentChange[]): void;
}

/**
 * The changes of a permanent room that no ack covers yet, as this machine keeps them for its next visit: sealed in the vault under
 * a key that never leaves it.
 *
 * Always: each page (tab) keeps its own in a box under its own name, which it holds while it lives. A box is taken over by one page,
 * after the page that it belongs to is no more, and stands until that one has kept or sent it all: what a living page will send
 * itself, or two pages would send at once, would be written twice. Nothing of the log is kept.
 */
export class Outbox {
  readonly #world: World;
  readonly #room: string;
  readonly #page: string;
  readonly #unsent: Unsent;
  /** Boxes taken over that still stand, with how to let go of each. */
  readonly #taken = new Map<string, () => void>();
  #letGo: (() => void) | undefined;
  #sealing: Promise<CryptoKey> | undefined;
  #timer: Timer | undefined;
  /** How long the last write took. */
  #tookMs = 0;
  #empty = true;
  #closed = false;
  #turn: Promise<void> = Promise.resolve();
  #next: Promise<void> | undefined; // a write that has not begun: it takes along what becomes unsent until then

  /** @param room base32. */
  constructor(world: World, room: string, unsent: Unsent) {
    this.#world = world;
    this.#room = room;
    this.#page = toHex(world.random(8));
    this.#unsent = unsent;
  }

  /**
   * Takes over what pages that are no more left unsent. What was tampered with, or belongs to another key, is left out; what the vault
   * does not give is there the next time.
   */
  take(): Promise<void> {
    this.#turn = this.#turn.then(() => this.#take()).catch(() => {});
    return this.#turn;
  }

  /** Something became unsent, or was sent. @param alone without a hub nothing is acknowledged: it is kept at once, for a page is closed in the midst of a word */
  changed(alone = false): void {
    if (this.#closed) return;
    if (alone) void this.keep();
    else this.#timer ??= this.#world.setTimer(() => void this.keep(), this.#pauseMs);
  }

  get #pauseMs(): number {
    return Math.min(Math.max(KEEP_AFTER_MS, 4 * this.#tookMs), MOST_KEEP_AFTER_MS);
  }

  /** Writes now what is unsent now. What the vault does not take is left to the next write. @returns when that is done or has failed. */
  keep(): Promise<void> {
    if (this.#timer !== undefined) this.#world.clearTimer(this.#timer);
    this.#timer = undefined;
    this.#next ??= this.#turn = this.#turn.then(() => this.#write()).catch(() => {});
    return this.#next;
  }

  /** Whether other pages, living or not, keep something unsent that this one has not taken over. */
  async othersKeep(): Promise<boolean> {
    return [...(await this.#kept()).keys()].some((page) => page !== this.#page && !this.#taken.has(page));
  }

  /** Writes and takes nothing more, and leaves what stands to whoever comes next. @returns when the last write is done. */
  close(): Promise<void> {
    this.#closed = true;
    if (this.#timer !== undefined) this.#world.clearTimer(this.#timer);
    this.#turn = this.#turn.then(() => {
      for (const letGo of [...this.#taken.values(), this.#letGo]) letGo?.();
      this.#taken.clear();
    });
    return this.#turn;
  }

  async #take(): Promise<void> {
    if (this.#closed) return;
    const { vault } = this.#world;
    this.#letGo ??= await vault.hold(this.#room, this.#page);
    const left: string[] = [];
    for (const page of (await this.#kept()).keys()) {
      const letGo = page === this.#page || this.#taken.has(page) ? undefined : await vault.hold(this.#room, page);
      if (letGo === undefined) continue;
      this.#taken.set(page, letGo);
      left.push(page);
    }
    if (left.length === 0) return;
    const boxes = await this.#kept(); // as they stand now that nobody else writes them
    const key = await this.#key();
    const changes: UnsentChange[] = [];
    for (const page of left) {
      const box = boxes.get(page);
      const plain = box && (await open(key, box.subarray(0, NONCE_BYTES), this.#aad(page), box.subarray(NONCE_BYTES)));
      if (plain !== undefined) changes.push(...decode(plain));
    }
    this.#unsent.adopt(changes);
    this.changed();
  }

  async #write(): Promise<void> {
    this.#next = undefined;
    const unsent = this.#unsent.gather();
    const taken = [...this.#taken.keys()];
    if (unsent.length === 0 && this.#empty && taken.length === 0) return;
    const began = this.#world.now();
    const nonce = this.#world.random(NONCE_BYTES);
    const sealed =
      unsent.length === 0 ? undefined : await seal(await this.#key(), nonce, this.#aad(this.#page), encode(unsent));
    await this.#world.vault.update(this.#room, KEPT, (kept) => {
      const boxes = boxesOf(kept);
      for (const page of taken) boxes.delete(page);
      if (sealed === undefined) boxes.delete(this.#page);
      else boxes.set(this.#page, concat(nonce, sealed));
      return boxes.size === 0 ? undefined : boxes;
    });
    for (const page of taken) {
      this.#taken.get(page)?.();
      this.#taken.delete(page);
    }
    this.#empty = sealed === undefined;
    this.#tookMs = this.#world.now() - began;
  }

  async #kept(): Promise<Map<string, Uint8Array>> {
    return boxesOf(await this.#world.vault.get(this.#room, KEPT));
  }

  async #key(): Promise<CryptoKey> {
    this.#sealing ??= this.#makeKey().catch((reason) => {
      this.#sealing = undefined;
      throw reason;
    });
    return await this.#sealing;
  }

  async #makeKey(): Promise<CryptoKey> {
    const fresh = await subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
    let key = fresh;
    await this.#world.vault.update(this.#room, KEY, (kept) => {
      key = (kept as CryptoKey | undefined) ?? fresh;
      return key;
    });
    return key;
  }

  #aad(page: string): Uint8Array {
    return utf8(`outbox 2 ${this.#room} ${page}`);
  }
}

/** Whether any page of this machine keeps something unsent of a room. @param room base32. */
export async function keepsUnsent(vault: Vault, room: string): Promise<boolean> {
  return boxesOf(await vault.get(room, KEPT)).size > 0;
}

function boxesOf(kept: unknown): Map<string, Uint8Array> {
  return new Map(kept instanceof Map ? kept : []);
}

/** Stream, class and two lengths. */
const AROUND_BYTES = 16 + 1 + 4 + 4;

function encode(unsent: readonly UnsentChange[]): Uint8Array {
  const bytes = unsent.reduce((sum, { clear, payload }) => sum + AROUND_BYTES + clear.length + payload.length, 0);
  const writer = new ByteWriter(bytes);
  for (const { stream, class: recordClass, clear, payload } of unsent)
    writer.id(stream).u8(recordClass).b32(clear).b32(payload);
  return writer.done();
}

function* decode(bytes: Uint8Array): Generator<UnsentChange> {
  const reader = new ByteReader(bytes);
  while (reader.at < bytes.length) {
    const change = {
      stream: reader.id<StreamId>(),
      class: reader.u8() as RecordClass,
      clear: reader.b32(),
      payload: reader.b32(),
    };
    if (reader.failed) return;
    yield change;
  }
}
