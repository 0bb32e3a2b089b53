import { Limits } from "../limits.ts";
import { encodePresence, PresenceState, type Selection } from "../rooms/Payloads/Presence.ts";
import { RecordClass } from "../wire/Classes.ts";
import { type MemberId, type NodeId, parseId, ROOT } from "../wire/Ids.ts";
import type { RoomSync } from "./RoomSync.ts";
import type { Timer } from "./World.ts";

/** Where this person is, as their user interface says. What is absent is nowhere or not so. */
export interface Whereabouts {
  readonly file?: string | undefined;
  readonly typing?: boolean | undefined;
  readonly typingInChat?: boolean | undefined;
  readonly away?: boolean | undefined;
  readonly idle?: boolean | undefined;
  readonly topLine?: number | undefined;
  readonly selections?: readonly Selection[] | undefined;
}

const LEAST_MS = Math.ceil(1_000 / Limits.PresencePerSecond);
/** Said again without a change, so that peers know it still holds. */
const REPEAT_MS = 12_000;

/** Tells the others where this person is: the latest place only, at most 30 times a second. */
export class Pointer {
  readonly #sync: RoomSync;
  #place: Whereabouts = {};
  #following: MemberId | undefined;
  #timer: Timer | undefined;
  #sentAt = 0;
  #closed = false;

  constructor(sync: RoomSync) {
    this.#sync = sync;
  }

  point(place: Whereabouts): void {
    this.#place = place;
    this.say();
  }

  /** Whom this page goes after. */
  follow(member: MemberId | undefined): void {
    if (member === this.#following) return;
    this.#following = member;
    this.say();
  }

  /** Says the place now, or as soon as the rate allows; nothing more once closed. */
  say(): void {
    if (this.#closed) return;
    const { world } = this.#sync;
    const wait = this.#sentAt + LEAST_MS - world.now();
    if (wait <= 0) this.#send();
    else this.#wait(Math.min(wait, LEAST_MS));
  }

  close(): void {
    this.#closed = true;
    this.#stop();
  }

  #stop(): void {
    if (this.#timer !== undefined) this.#sync.world.clearTimer(this.#timer);
    this.#timer = undefined;
  }

  #wait(ms: number): void {
    this.#stop();
    this.#timer = this.#sync.world.setTimer(() => this.#send(), ms);
  }

  #send(): void {
    this.#stop();
    const { file, topLine, selections, typing, typingInChat, away, idle } = this.#place;
    this.#sentAt = this.#sync.world.now();
    this.#wait(REPEAT_MS);
    const state =
      (typing ? PresenceState.Typing : 0) |
      (typingInChat ? PresenceState.TypingInChat : 0) |
      (away ? PresenceState.Away : 0) |
      (idle ? PresenceState.Idle : 0);
    const payload = encodePresence({
      file: (file === undefined ? undefined : parseId<NodeId>(file)) ?? ROOT,
      state,
      topLine: topLine ?? 0,
      following: this.#following,
      selections: (selections ?? []).slice(0, Limits.MaxSelections),
    });
    void this.#sync.sendEphemeral(RecordClass.Presence, this.#sync.state.streams.presence, payload);
  }
}
