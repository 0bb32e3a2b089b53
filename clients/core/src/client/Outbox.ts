import { NONCE_BYTES, open, seal } from "../keys/Sealing.ts";
import { subtle } from "../keys/Subtle.ts";
import { ByteReader } from "../wire/ByteReader.ts";
import { concat, toHex, utf8 } from "../wire/Bytes.ts";
import { ByteWriter } from "../wire/ByteWriter.ts";
import type { NodeId } from "../wire/Ids.ts";
import type { Timer, World } from "./World.ts";

const KEY = "outbox-key";
const KEPT = "outbox";
/** Pause after a change before it is kept: most edits are acknowledged sooner and never written. */
const KEEP_AFTER_MS = 200;

/** Own edits (Yjs updates, in order) of each file. */
export type Unsent = ReadonlyMap<NodeId, readonly Uint8Array[]>;

/**
 * The edits of a permanent room that no ack covers yet, as this machine keeps them for its next visit: sealed in the vault under
 * a key that never leaves it.
 *
 * Always: each page (tab) keeps its own under its own name; what an earlier page left stands until this one, which sends it
 * again, has kept or sent it all. Never more than what was typed here: nothing of the log is kept.
 */
export class Outbox {
  readonly #world: World;
  readonly #room: string;
  readonly #page: string;
  readonly #gather: () => Unsent;
  #inherited: string[] = [];
  #timer: Timer | undefined;
  #empty = true;
  #closed = false;
  #turn: Promise<void> = Promise.resolve();

  /** @param room base32. @param gather what is unsent now. */
  constructor(world: World, room: string, gather: () => Unsent) {
    this.#world = world;
    this.#room = room;
    this.#page = toHex(world.random(8));
    this.#gather = gather;
  }

  /** What earlier pages left unsent; what was tampered with or belongs to another key is left out. */
  async take(): Promise<Unsent> {
    const kept = await this.#kept();
    const key = await this.#key();
    const unsent = new Map<NodeId, Uint8Array[]>();
    for (const [page, box] of kept) {
      const plain = await open(key, box.subarray(0, NONCE_BYTES), this.#aad(page), box.subarray(NONCE_BYTES));
      for (const [file, updates] of plain === undefined ? [] : decode(plain))
        unsent.set(file, [...(unsent.get(file) ?? []), ...updates]);
      this.#inherited.push(page);
    }
    return unsent;
  }

  /** Something became unsent, or was sent. */
  changed(): void {
    if (this.#timer !== undefined || this.#closed) return;
    this.#timer = this.#world.setTimer(() => void this.keep(), KEEP_AFTER_MS);
  }

  /** Writes now what is unsent now. What the vault does not take is left to the next write. @returns when that is done or has failed. */
  keep(): Promise<void> {
    if (this.#timer !== undefined) this.#world.clearTimer(this.#timer);
    this.#timer = undefined;
    this.#turn = this.#turn.then(() => this.#write()).catch(() => {});
    return this.#turn;
  }

  /** Writes nothing more. @returns when the last write is done. */
  close(): Promise<void> {
    this.#closed = true;
    if (this.#timer !== undefined) this.#world.clearTimer(this.#timer);
    return this.#turn;
  }

  async #write(): Promise<void> {
    const unsent = this.#gather();
    if (unsent.size === 0 && this.#empty && this.#inherited.length === 0) return;
    const nonce = this.#world.random(NONCE_BYTES);
    const sealed =
      unsent.size === 0 ? undefined : await seal(await this.#key(), nonce, this.#aad(this.#page), encode(unsent));
    const kept = await this.#kept();
    for (const page of this.#inherited) kept.delete(page);
    if (sealed === undefined) kept.delete(this.#page);
    else kept.set(this.#page, concat(nonce, sealed));
    await this.#world.vault.put(this.#room, KEPT, kept);
    this.#inherited = [];
    this.#empty = sealed === undefined;
  }

  async #kept(): Promise<Map<string, Uint8Array>> {
    const kept = await this.#world.vault.get(this.#room, KEPT);
    return new Map(kept instanceof Map ? kept : []);
  }

  async #key(): Promise<CryptoKey> {
    const kept = (await this.#world.vault.get(this.#room, KEY)) as CryptoKey | undefined;
    if (kept !== undefined) return kept;
    const key = await subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
    await this.#world.vault.put(this.#room, KEY, key);
    return key;
  }

  #aad(page: string): Uint8Array {
    return utf8(`${this.#room} ${page}`);
  }
}

function encode(unsent: Unsent): Uint8Array {
  const writer = new ByteWriter();
  for (const [file, updates] of unsent) for (const update of updates) writer.id(file).b32(update);
  return writer.done();
}

function* decode(bytes: Uint8Array): Generator<[NodeId, Uint8Array[]]> {
  const reader = new ByteReader(bytes);
  while (reader.at < bytes.length) {
    const file = reader.id<NodeId>();
    const update = reader.b32();
    if (reader.failed) return;
    yield [file, [update]];
  }
}
