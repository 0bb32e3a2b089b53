import type { MemberId } from "../wire/Ids.ts";
import { alike, allAlike } from "./alike.ts";
import { Observable } from "./Observable.ts";
import type { People } from "./People.ts";
import type { Pointer } from "./Pointer.ts";
import type { RoomSync } from "./RoomSync.ts";
import type { Cursor, Followed, Follower } from "./view.ts";

/** Whom I follow may be gone for this long, as over a connection that breaks, before following them ends. */
export const LEFT_MS = 10_000;

/**
 * Whom this page goes after, and who goes after it. It says where the one followed is; to be there is the page's own doing.
 *
 * Always: one at most is followed, never oneself. Where following leads back to me, over however many, `held` says so: every page of
 * the ring stays where it is until one lets go, so that none chases itself.
 */
export class Following {
  /** Whom I follow. */
  readonly followed = new Observable<Followed | undefined>(undefined);
  /** Where they are now, where that is in a file. */
  readonly place = new Observable<Cursor | undefined>(undefined);
  readonly followers = new Observable<readonly Follower[]>([]);
  /** Whom following ended without my doing, and how. */
  readonly ended = new Observable<{ readonly name: string; readonly why: "left" | "called off" } | undefined>(
    undefined,
  );
  readonly #sync: RoomSync;
  readonly #people: People;
  readonly #pointer: Pointer;
  #whom: { readonly member: MemberId; readonly called: boolean } | undefined;
  #goneSince: number | undefined;

  constructor(sync: RoomSync, people: People, pointer: Pointer) {
    this.#sync = sync;
    this.#people = people;
    this.#pointer = pointer;
  }

  /** @param memberId of someone who is here; oneself and who is not here are not followed. */
  start(memberId: string): void {
    this.follow(memberId as MemberId, false);
  }

  stop(): void {
    this.#end(undefined);
  }

  /** @param called because they asked everyone to */
  follow(member: MemberId, called: boolean): void {
    if (member === this.#sync.memberId || !this.#people.isHere(member)) return;
    this.#whom = { member, called };
    this.#goneSince = undefined;
    this.#pointer.follow(member);
    this.look();
  }

  /** They no longer ask for it. */
  callOff(member: MemberId): void {
    if (this.#whom?.called && this.#whom.member === member) this.#end("called off");
  }

  /** Somebody moved, came or went. */
  look(): void {
    const whom = this.#whom;
    if (whom !== undefined && this.#isGone(whom.member)) this.#end("left");
    const followed = this.#whom && this.#shown(this.#whom);
    if (!alike(followed, this.followed.get())) this.followed.set(followed);
    const place = this.#whom && this.#people.placeOf(this.#whom.member);
    if (place !== this.place.get()) this.place.set(place);
    const followers = this.#people.followersOf(this.#sync.memberId);
    if (!allAlike(followers, this.followers.get())) this.followers.set(followers);
  }

  #end(why: "left" | "called off" | undefined): void {
    if (this.#whom === undefined) return;
    const { name } = this.#people.shown(this.#whom.member);
    this.#whom = undefined;
    this.#pointer.follow(undefined);
    if (why !== undefined) this.ended.set({ name, why });
    this.look();
  }

  /** Without a connection nobody is known to be here: that is not their leaving. */
  #isGone(member: MemberId): boolean {
    if (!this.#sync.joined || this.#people.isHere(member)) {
      this.#goneSince = undefined;
      return false;
    }
    const now = this.#sync.world.now();
    this.#goneSince ??= now;
    return now - this.#goneSince >= LEFT_MS;
  }

  #shown({ member, called }: { readonly member: MemberId; readonly called: boolean }): Followed {
    return { memberId: member, ...this.#people.shown(member), called, held: this.#leadsBack(member) };
  }

  /** Whether who follows whom, from this member on, comes to me. */
  #leadsBack(from: MemberId): boolean {
    const met = new Set<MemberId>();
    for (let next: MemberId | undefined = from; next !== undefined && !met.has(next); ) {
      if (next === this.#sync.memberId) return true;
      met.add(next);
      next = this.#people.followedBy(next);
    }
    return false;
  }
}
