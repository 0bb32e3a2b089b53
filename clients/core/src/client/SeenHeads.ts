import { fixedStreams } from "../rooms/FixedStreams.ts";
import type { SeenHead } from "../rooms/StreamState.ts";
import { roomIdText } from "../wire/Base32.ts";
import { equal } from "../wire/Bytes.ts";
import type { RoomId, StreamId } from "../wire/Ids.ts";
import type { Timer, World } from "./World.ts";

const KEPT = "heads";
/** Streams whose newest head is remembered: of more, those that moved last, and always the fixed ones. */
export const MAX_SEEN_STREAMS = 1_024;
/** Pause after a stream moved before its head is kept: many positions are one write. */
const KEEP_AFTER_MS = 2_000;

interface Kept {
  /** Of the room's logs that the heads are of. */
  readonly incarnation: Uint8Array;
  readonly heads: ReadonlyMap<StreamId, SeenHead>;
}

/**
 * The newest verified position and head of each stream, from one visit to the next (J16). It stands in the vault in the clear: the hub
 * knows all of it, and who else reads a vault learns how long the logs were.
 *
 * Always: what is kept was verified by this machine. Pages (tabs) of one room share one entry, and none puts an older position in the
 * place of another's newer one.
 */
export class SeenHeads {
  readonly #world: World;
  readonly #room: string;
  readonly #fixed: ReadonlySet<StreamId>;
  #incarnation: Uint8Array;
  #heads = new Map<StreamId, SeenHead>();
  #timer: Timer | undefined;
  #closed = false;
  #turn: Promise<void> = Promise.resolve();

  constructor(world: World, room: RoomId, incarnation: Uint8Array) {
    this.#world = world;
    this.#room = roomIdText(room);
    this.#fixed = new Set(Object.values(fixedStreams(room)));
    this.#incarnation = incarnation;
  }

  /** Takes up what earlier visits saw. Before anything is asked of the hub. */
  async load(): Promise<void> {
    this.#heads = new Map(this.#of(await this.#world.vault.get(this.#room, KEPT)));
  }

  get(stream: StreamId): SeenHead | undefined {
    return this.#heads.get(stream);
  }

  /** A stream's own chain came to this head. */
  note(stream: StreamId, { seq, head }: SeenHead): void {
    this.#heads.delete(stream);
    this.#heads.set(stream, { seq, head });
    this.#trim(this.#heads);
    if (this.#timer === undefined && !this.#closed)
      this.#timer = this.#world.setTimer(() => void this.keep(), KEEP_AFTER_MS);
  }

  /** The room was rebuilt: its logs began anew. */
  restart(incarnation: Uint8Array): void {
    this.#incarnation = incarnation;
    this.#heads = new Map();
  }

  /** Writes now. What the vault does not take is forgotten, unless the stream moves once more: a weaker memory. @returns when that is done or has failed. */
  keep(): Promise<void> {
    if (this.#timer !== undefined) this.#world.clearTimer(this.#timer);
    this.#timer = undefined;
    this.#turn = this.#turn.then(() => this.#write()).catch(() => {});
    return this.#turn;
  }

  /** Writes a last time and nothing after it. @returns when that is done. */
  close(): Promise<void> {
    if (this.#closed) return this.#turn;
    this.#closed = true;
    return this.keep();
  }

  async #write(): Promise<void> {
    if (this.#heads.size > 0) await this.#world.vault.update(this.#room, KEPT, (kept) => this.#joined(kept));
  }

  #joined(kept: unknown): Kept {
    const heads = new Map<StreamId, SeenHead>();
    for (const [stream, seen] of this.#of(kept)) if (seen.seq > (this.get(stream)?.seq ?? -1)) heads.set(stream, seen);
    for (const [stream, seen] of this.#heads) if (!heads.has(stream)) heads.set(stream, seen);
    this.#trim(heads);
    return { incarnation: this.#incarnation, heads };
  }

  /** The kept heads, where they are of this incarnation. */
  #of(kept: unknown): ReadonlyMap<StreamId, SeenHead> {
    const known = kept as Kept | undefined;
    return known !== undefined && equal(known.incarnation, this.#incarnation) ? known.heads : new Map();
  }

  #trim(heads: Map<StreamId, SeenHead>): void {
    if (heads.size <= MAX_SEEN_STREAMS) return;
    for (const stream of heads.keys()) {
      if (this.#fixed.has(stream)) continue;
      heads.delete(stream);
      if (heads.size <= MAX_SEEN_STREAMS) return;
    }
  }
}
