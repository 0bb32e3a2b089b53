import { maySignal } from "../rooms/Payloads/Signal.ts";
import { SignalKind } from "../rooms/Payloads/SignalKind.ts";
import { encodeSpotlight, type Spotlight as SpotlightSignal } from "../rooms/Payloads/Spotlight.ts";
import type { MemberId, SessionId } from "../wire/Ids.ts";
import { Code } from "../wire/Refusal.ts";
import { type Following, LEFT_MS } from "./Following.ts";
import { Observable } from "./Observable.ts";
import type { People } from "./People.ts";
import { RoomError } from "./RoomError.ts";
import type { RoomSync } from "./RoomSync.ts";
import { Standing } from "./Standing.ts";
import type { Invitation } from "./view.ts";

/** A question that stays unanswered goes. */
export const INVITATION_MS = 30_000;
/** The least time between two questions of one person. */
export const ASK_AGAIN_MS = 30_000;

interface Heard {
  readonly member: MemberId;
  readonly request: number;
}

/**
 * Asking everyone to come along, and being asked (P4).
 *
 * Always: nobody's page moves before they said yes; one question stands at a time; one person asks at most every 30 s, however many
 * requests come, and not again in this visit once that was refused. Who withdraws the request, or leaves, lets go all who came.
 */
export class Spotlight {
  /** What I am asked. */
  readonly invitation = new Observable<Invitation | undefined>(undefined);
  /** Whether I ask. */
  readonly calling = new Observable(false);
  readonly #sync: RoomSync;
  readonly #people: People;
  readonly #following: Following;
  readonly #standing: Standing;
  #request = 0;
  readonly #heard = new Map<SessionId, Heard>();
  readonly #asked = new Map<MemberId, { readonly request: number; readonly at: number }>();
  readonly #muted = new Set<MemberId>();
  #followed: (Heard & { goneSince: number | undefined }) | undefined;
  #askedAt = 0;

  constructor(sync: RoomSync, people: People, following: Following) {
    this.#sync = sync;
    this.#people = people;
    this.#following = following;
    this.#standing = new Standing(
      sync,
      () => encodeSpotlight(this.#request),
      () => this.#request !== 0,
    );
  }

  get mayCall(): boolean {
    return maySignal(SignalKind.Spotlight, this.#sync.keyring.role);
  }

  /** Asks everyone who is here or comes to follow me. @throws RoomError where this person may not */
  call(): void {
    if (!this.mayCall) throw new RoomError(Code.Forbidden, "Only owners and editors can ask everyone to follow them.");
    if (this.#request !== 0) return;
    this.#following.stop();
    this.invitation.set(undefined);
    const drawn = this.#sync.world.random(4);
    this.#request = new DataView(drawn.buffer, drawn.byteOffset).getUint32(0) || 1;
    this.calling.set(true);
    this.#standing.say();
  }

  /** Lets everyone go who came. */
  end(): void {
    if (this.#request === 0) return;
    this.#request = 0;
    this.calling.set(false);
    this.#standing.say();
  }

  accept(): void {
    const asked = this.invitation.get();
    if (asked === undefined) return;
    this.invitation.set(undefined);
    this.end();
    const member = asked.memberId as MemberId;
    this.#followed = { member, request: asked.request, goneSince: undefined };
    this.#following.follow(member, true);
  }

  /** @param forThisVisit they shall not ask again before this page is loaded anew */
  decline(forThisVisit = false): void {
    const asked = this.invitation.get();
    if (forThisVisit && asked !== undefined) this.#muted.add(asked.memberId as MemberId);
    this.invitation.set(undefined);
  }

  /** What a session of an owner or editor says. */
  hear({ request }: SpotlightSignal, session: SessionId, member: MemberId): void {
    this.#heard.set(session, { member, request });
    const asked = this.invitation.get();
    if (asked?.memberId === member && asked.request !== request) this.invitation.set(undefined);
    const followed = this.#followed;
    if (followed?.member === member && followed.request !== request && !this.#stands(followed)) this.#letGo(followed);
    if (request !== 0) this.#ask(member, request);
  }

  /** Somebody came, went, or time passed. */
  look(): void {
    for (const session of this.#heard.keys())
      if (!this.#sync.state.members.get(session)?.live) this.#heard.delete(session);
    const now = this.#sync.world.now();
    const asked = this.invitation.get();
    const heard = asked && { member: asked.memberId as MemberId, request: asked.request };
    if (heard !== undefined && (now - this.#askedAt >= INVITATION_MS || !this.#stands(heard)))
      this.invitation.set(undefined);
    this.#callByName();
    const followed = this.#followed;
    if (followed === undefined) return;
    if (this.#following.followed.get()?.called !== true) this.#followed = undefined;
    else if (this.#stands(followed) || !this.#sync.joined) followed.goneSince = undefined;
    else {
      followed.goneSince ??= now; // as over a connection that breaks
      if (now - followed.goneSince >= LEFT_MS) this.#letGo(followed);
    }
  }

  /** Someone came, or this page has another session. */
  again(): void {
    this.#standing.again();
  }

  close(): void {
    this.#standing.close();
  }

  #stands({ member, request }: Heard): boolean {
    return [...this.#heard.values()].some((heard) => heard.member === member && heard.request === request);
  }

  /** Who asks may have come so lately that their name was not read yet. */
  #callByName(): void {
    const asked = this.invitation.get();
    const shown = asked && this.#people.shown(asked.memberId as MemberId);
    if (asked !== undefined && (asked.name !== shown?.name || asked.colour !== shown.colour))
      this.invitation.set({ ...asked, ...shown });
  }

  #letGo({ member }: Heard): void {
    this.#followed = undefined;
    this.#following.callOff(member);
  }

  #ask(member: MemberId, request: number): void {
    const now = this.#sync.world.now();
    const before = this.#asked.get(member);
    if (member === this.#sync.memberId || this.#muted.has(member) || this.invitation.get() !== undefined) return;
    if (before !== undefined && (before.request === request || now - before.at < ASK_AGAIN_MS)) return;
    this.#asked.set(member, { request, at: now });
    this.#askedAt = now;
    this.invitation.set({ memberId: member, ...this.#people.shown(member), request });
  }
}
