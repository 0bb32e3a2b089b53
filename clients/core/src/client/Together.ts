import { parsePresence } from "../rooms/Payloads/Presence.ts";
import { maySignal, parseSignal, type Signal } from "../rooms/Payloads/Signal.ts";
import { SignalKind } from "../rooms/Payloads/SignalKind.ts";
import { RecordClass } from "../wire/Classes.ts";
import type { MemberId, SessionId } from "../wire/Ids.ts";
import type { RecordView } from "../wire/RecordView.ts";
import { failed, type Parsed } from "../wire/WireError.ts";
import type { FileDoc } from "./FileDoc.ts";
import { Following } from "./Following.ts";
import { Highlights } from "./Highlights.ts";
import { InStep } from "./InStep.ts";
import { Observable } from "./Observable.ts";
import type { People } from "./People.ts";
import { Pointer } from "./Pointer.ts";
import { Pulse } from "./Pulse.ts";
import type { RoomSync } from "./RoomSync.ts";
import { Silence } from "./Silence.ts";
import { Spotlight } from "./Spotlight.ts";
import type { Cursor } from "./view.ts";
import type { Timer } from "./World.ts";

/** Fifty carets, each moving thirty times a second, are shown in one go per frame. */
const FRAME_MS = 16;
/** Who come all at once are greeted together, so that nobody hears more greetings in a second, however many people greet. */
const GREETINGS_PER_SECOND = 50;

/** How the people of a room move together: where each is, whom each follows, who asks to be followed, what is highlighted for all. */
export class Together {
  readonly cursors = new Observable<readonly Cursor[]>([]);
  readonly following: Following;
  readonly spotlight: Spotlight;
  readonly highlights: Highlights;
  readonly pointer: Pointer;
  readonly #sync: RoomSync;
  readonly #people: People;
  readonly silence: Silence;
  readonly pulse: Pulse;
  readonly inStep: InStep;
  readonly #onMoved: () => void;
  #timer: Timer | undefined;
  #greeting: Timer | undefined;
  #greetedAt = Number.NEGATIVE_INFINITY;
  #closed = false;

  /** @param onMoved at most once per frame, however much moved in it */
  constructor(sync: RoomSync, people: People, files: () => readonly FileDoc[], onMoved: () => void) {
    this.#sync = sync;
    this.#people = people;
    this.silence = new Silence(sync, (member) => people.shown(member).name);
    this.pulse = new Pulse(sync, this.silence);
    this.inStep = new InStep(sync, files);
    this.#onMoved = onMoved;
    this.pointer = new Pointer(sync);
    this.following = new Following(sync, people, this.pointer);
    this.spotlight = new Spotlight(sync, people, this.following);
    this.highlights = new Highlights(sync, people);
  }

  #saw(session: SessionId, payload: Uint8Array): void {
    const presence = parsePresence(payload);
    if (failed(presence)) return;
    this.#people.saw(session, presence);
    if (this.#closed || this.#timer !== undefined) return;
    this.#timer = this.#sync.world.setTimer(() => {
      this.#timer = undefined;
      this.look();
      this.#onMoved();
    }, FRAME_MS);
  }

  /** What the hub relayed, opened. */
  relayed({ class: kind, session }: RecordView, member: MemberId, payload: Uint8Array): void {
    this.silence.hear(member);
    if (kind === RecordClass.Presence) this.#saw(session, payload);
    if (kind === RecordClass.Signal) this.#hear(parseSignal(payload), session, member);
  }

  #hear(signal: Parsed<Signal>, session: SessionId, member: MemberId): void {
    const role = this.#sync.state.members.get(session)?.role;
    if (failed(signal) || role === undefined || !maySignal(signal.kind, role)) return;
    if (signal.kind === SignalKind.Pulse) this.pulse.hear(signal, session, member, this.#people.shown(member).name);
    else if (signal.kind === SignalKind.Spotlight) this.spotlight.hear(signal, session, member);
    else if (signal.kind === SignalKind.Highlights) this.highlights.hear(signal, session, member);
    else if (signal.kind === SignalKind.States) this.inStep.hear(signal, session, member);
    else if (signal.kind === SignalKind.Cleared) this.highlights.hearCleared(signal);
  }

  /** This page has another session: all are told what stands in it. */
  begin(): void {
    this.#stopGreeting();
    this.#greetedAt = this.#sync.world.now();
    this.pointer.say();
    this.spotlight.again();
    this.highlights.again();
  }

  /** Someone came: they are told what stands, at once where nobody came just before. */
  greet(): void {
    if (this.#closed || this.#greeting !== undefined) return;
    const { world } = this.#sync;
    const least = (1_000 * this.#people.sessions) / GREETINGS_PER_SECOND;
    const wait = Math.min(this.#greetedAt + least - world.now(), least);
    if (wait <= 0) this.begin();
    else this.#greeting = world.setTimer(() => this.begin(), wait);
  }

  #stopGreeting(): void {
    if (this.#greeting !== undefined) this.#sync.world.clearTimer(this.#greeting);
    this.#greeting = undefined;
  }

  /** Some seconds passed. */
  sweep(): void {
    this.look();
    this.silence.look();
    this.inStep.look();
  }

  /** Something about the people changed, or time passed. */
  look(): void {
    const [cursors, before] = [this.#people.cursors(), this.cursors.get()];
    if (cursors.length !== before.length || cursors.some((one, nth) => one !== before[nth])) this.cursors.set(cursors);
    this.following.look();
    this.spotlight.look();
    this.highlights.look();
  }

  close(): void {
    this.#closed = true;
    if (this.#timer !== undefined) this.#sync.world.clearTimer(this.#timer);
    this.#stopGreeting();
    this.pulse.close();
    this.pointer.close();
    this.spotlight.close();
    this.highlights.close();
  }
}
