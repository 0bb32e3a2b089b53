import { Limits } from "../limits.ts";
import type { SessionId } from "../wire/Ids.ts";
import type { RecordView } from "../wire/RecordView.ts";
import type { Timer, World } from "./World.ts";

/** So many are looked at in one go: some milliseconds of a slow machine, then others have their turn. */
export const LOOKED_AT_ONCE = 10;
/**
 * The rest after a round, for each that was looked at in it: at most 333 in a second, however many move and however often. Under that
 * nothing is left out and few wait long; fifty who move all the time are seen 6 or 7 times a second, and drawn as often.
 */
export const REST_MS = 3;

/**
 * Presence that was relayed and that nobody has looked at yet: of each session the newest alone, since each says the whole of where a
 * session is (W6). One that a newer one replaced is neither judged nor opened.
 *
 * Always: at most one waits for each session, of no more sessions than a room holds; newer is what the counter says, as in R4, so that a
 * record that comes late or again takes nobody's place; all who wait are looked at in one round, who waits longest first, whoever moves
 * most; a round begins at once where the last one is rested from. It judges nothing: a record that waited passes RoomState like any
 * other, in its turn.
 */
export class LatestPresence {
  readonly #world: World;
  readonly #onDue: () => void;
  /** By when they began to wait: those of a round come first. */
  readonly #waiting = new Map<SessionId, RecordView>();
  /** A look was asked for and is not over. */
  #due = false;
  /** How many of the round are left. */
  #left = 0;
  #rest = 0;
  #lookedAt = 0;
  #timer: Timer | undefined;

  /** @param onDue some wait: they are to be taken in their turn, looked at, and `looked` said then */
  constructor(world: World, onDue: () => void) {
    this.#world = world;
    this.#onDue = onDue;
  }

  add(record: RecordView): void {
    const before = this.#waiting.get(record.session);
    if (before === undefined && this.#waiting.size >= Limits.MaxSessionsPerRoom) return; // more than the hub may let in (S4)
    if (before !== undefined && before.counter >= record.counter) return;
    this.#waiting.set(record.session, record); // in the place of the one before
    this.#ask();
  }

  /** The next of the round: at most so many as are looked at in one go. */
  take(): readonly RecordView[] {
    if (this.#left === 0) {
      this.#left = this.#waiting.size;
      this.#rest = this.#left * REST_MS;
    }
    const taken = [...this.#waiting.values()].slice(0, Math.min(this.#left, LOOKED_AT_ONCE));
    for (const { session } of taken) this.#waiting.delete(session);
    this.#left -= taken.length;
    return taken;
  }

  /** Those that were taken have been looked at: the rest of the round is due, or the next one after a rest. */
  looked(): void {
    this.#due = false;
    this.#lookedAt = this.#world.now();
    if (this.#left > 0) this.#call();
    else this.#ask();
  }

  /** Forgets who waits: their connection has ended. */
  clear(): void {
    this.#stop();
    this.#waiting.clear();
    this.#left = 0;
    this.#due = false;
  }

  #ask(): void {
    if (this.#due || this.#waiting.size === 0) return;
    const rested = this.#world.now() - this.#lookedAt;
    if (rested >= this.#rest || rested < 0) this.#call();
    else this.#timer ??= this.#world.setTimer(() => this.#call(), this.#rest - rested);
  }

  #call(): void {
    this.#stop();
    this.#due = true;
    this.#onDue();
  }

  #stop(): void {
    if (this.#timer !== undefined) this.#world.clearTimer(this.#timer);
    this.#timer = undefined;
  }
}
