import { Limits } from "../limits.ts";
import { type Cleared, encodeCleared } from "../rooms/Payloads/Cleared.ts";
import {
  encodeHighlights,
  type HighlightedRange,
  type Highlights as HighlightsSignal,
} from "../rooms/Payloads/Highlights.ts";
import { maySignal } from "../rooms/Payloads/Signal.ts";
import { SignalKind } from "../rooms/Payloads/SignalKind.ts";
import { equal } from "../wire/Bytes.ts";
import { idOf, type MemberId, type NodeId, type OpId, type SessionId } from "../wire/Ids.ts";
import { Code } from "../wire/Refusal.ts";
import { allAlike } from "./alike.ts";
import { Observable } from "./Observable.ts";
import type { People } from "./People.ts";
import { RoomError } from "./RoomError.ts";
import type { RoomSync } from "./RoomSync.ts";
import { Standing } from "./Standing.ts";
import type { Highlight } from "./view.ts";

/** What someone highlighted stays this long after their last session went, so that a reload or a broken line does not take it. */
export const HIGHLIGHT_OUTLIVES_MS = 60_000;
/** Highlights that owners cleared, remembered for this visit; of more the first are forgotten. */
const MAX_REMEMBERED = 1_024;

interface Said {
  readonly member: MemberId;
  readonly ranges: readonly HighlightedRange[];
  goneSince: number | undefined;
}

/**
 * What people highlighted for everyone (P5) and owners cleared (P6).
 *
 * Always: a session's highlights are the last list that it said; what its author takes out of the list is gone, so nobody else can
 * take it out; what an owner cleared does not show again in this visit, whatever its author says.
 */
export class Highlights {
  readonly view = new Observable<readonly Highlight[]>([]);
  readonly #sync: RoomSync;
  readonly #people: People;
  readonly #said = new Map<SessionId, Said>();
  #own: readonly HighlightedRange[] = [];
  readonly #cleared = new Set<string>();
  readonly #mine: Standing;
  /** What this page, an owner's, cleared. */
  readonly #clearing = new Map<string, { readonly member: MemberId; readonly id: OpId }>();
  readonly #clears: Standing;

  constructor(sync: RoomSync, people: People) {
    this.#sync = sync;
    this.#people = people;
    this.#mine = new Standing(
      sync,
      () => encodeHighlights(this.#own),
      () => this.#own.length > 0,
    );
    const disputed = () => [...this.#clearing.values()].filter(({ member, id }) => this.#isSaid(member, id));
    this.#clears = new Standing(
      sync,
      () => encodeCleared(disputed().slice(-Limits.MaxCleared)),
      () => disputed().length > 0,
    );
  }

  get mayHighlight(): boolean {
    return maySignal(SignalKind.Highlights, this.#sync.keyring.role);
  }

  /** Mine as they travel, for a page that is loaded anew. */
  get own(): readonly HighlightedRange[] {
    return this.#own;
  }

  /** Says again what this page showed before it was loaded anew. */
  restore(own: readonly HighlightedRange[]): void {
    if (own.length === 0 || !this.mayHighlight) return;
    this.#own = [...own, ...this.#own].slice(-Limits.MaxHighlights);
    this.#changedMine();
  }

  /**
   * Highlights a range for everyone, who comes later included. Of more than `MaxHighlights` the first goes.
   * @param start and @param end encoded Yjs relative positions. @throws RoomError where this person may not
   */
  add(file: string, start: Uint8Array, end: Uint8Array): string {
    if (!this.mayHighlight) throw new RoomError(Code.Forbidden, "Only owners and editors can highlight for everyone.");
    const id = idOf<OpId>(this.#sync.world.random(16));
    this.#own = [...this.#own, { id, file: file as NodeId, start, end }].slice(-Limits.MaxHighlights);
    this.#changedMine();
    return id;
  }

  /** Takes one away, for everyone: one's own, or as an owner anybody's. */
  clear({ memberId, id }: Pick<Highlight, "memberId" | "id">): void {
    const member = memberId as MemberId;
    if (member === this.#sync.memberId && this.#own.some((range) => range.id === id)) {
      this.#own = this.#own.filter((range) => range.id !== id);
      this.#changedMine();
    } else if (maySignal(SignalKind.Cleared, this.#sync.keyring.role)) {
      this.#clearing.set(key(member, id as OpId), { member, id: id as OpId });
      this.#remember(member, id as OpId);
      this.#clears.say();
      this.look();
    }
  }

  hear({ ranges }: HighlightsSignal, session: SessionId, member: MemberId): void {
    for (const [other, said] of this.#said)
      if (said.member === member && said.goneSince !== undefined) this.#said.delete(other);
    const before = this.#said.get(session)?.ranges ?? [];
    this.#said.set(session, { member, ranges: sameRanges(before, ranges) ? before : ranges, goneSince: undefined });
    this.look();
    this.#clears.again();
  }

  /** What an owner says. */
  hearCleared({ highlights }: Cleared): void {
    for (const { member, id } of highlights) this.#remember(member, id);
    const left = this.#own.filter(({ id }) => !this.#cleared.has(key(this.#sync.memberId, id)));
    if (left.length !== this.#own.length) {
      this.#own = left;
      this.#changedMine();
    } else this.look();
  }

  /** Somebody came, went, was renamed, or time passed. */
  look(): void {
    const { state, world } = this.#sync;
    for (const [session, said] of this.#said) {
      if (state.members.get(session)?.live || !this.#sync.joined) said.goneSince = undefined;
      else said.goneSince ??= world.now();
      if (said.goneSince !== undefined && world.now() - said.goneSince >= HIGHLIGHT_OUTLIVES_MS)
        this.#said.delete(session);
    }
    const shown = this.#shown();
    if (!allAlike(shown, this.view.get())) this.view.set(shown);
  }

  /** Someone came, or this page has another session. */
  again(): void {
    this.#mine.again();
    this.#clears.again();
  }

  close(): void {
    this.#mine.close();
    this.#clears.close();
  }

  #changedMine(): void {
    this.#mine.say();
    this.look();
  }

  #remember(member: MemberId, id: OpId): void {
    this.#cleared.add(key(member, id));
    for (const oldest of this.#cleared) if (this.#cleared.size > MAX_REMEMBERED) this.#cleared.delete(oldest);
  }

  #isSaid(member: MemberId, id: OpId): boolean {
    return [...this.#said.values()].some(
      (said) => said.member === member && said.ranges.some((each) => each.id === id),
    );
  }

  #shown(): Highlight[] {
    const shown = new Map<string, Highlight>();
    const owner = maySignal(SignalKind.Cleared, this.#sync.keyring.role);
    const show = (member: MemberId, ranges: readonly HighlightedRange[], mine: boolean) => {
      for (const { id, file, start, end } of ranges) {
        if (this.#cleared.has(key(member, id)) || shown.has(key(member, id))) continue;
        const who = { memberId: member, ...this.#people.shown(member) };
        shown.set(key(member, id), { ...who, id, file, start, end, mayClear: mine || owner });
      }
    };
    show(this.#sync.memberId, this.#own, true);
    for (const { member, ranges } of this.#said.values()) show(member, ranges, false);
    return [...shown.values()];
  }
}

function key(member: MemberId, id: OpId): string {
  return `${member} ${id}`;
}

function sameRanges(some: readonly HighlightedRange[], others: readonly HighlightedRange[]): boolean {
  return (
    some.length === others.length &&
    some.every(({ id, file, start, end }, nth) => {
      const other = others[nth]!;
      return id === other.id && file === other.file && equal(start, other.start) && equal(end, other.end);
    })
  );
}
