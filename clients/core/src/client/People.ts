import { memberIdOf } from "../rooms/Cert.ts";
import { type Presence, PresenceState } from "../rooms/Payloads/Presence.ts";
import { ClientKind } from "../rooms/Payloads/Profile.ts";
import { equal } from "../wire/Bytes.ts";
import { Role } from "../wire/Classes.ts";
import { type MemberId, ROOT, type SessionId } from "../wire/Ids.ts";
import { allAlike } from "./alike.ts";
import type { Profiles, Shown } from "./Profiles.ts";
import type { RoomSync } from "./RoomSync.ts";
import type { Verified } from "./Verified.ts";
import type { ClientName, Cursor, Follower, Person, RoleName } from "./view.ts";

/** A presence that was not repeated within this time is not believed any more. */
export const PRESENCE_LIVES_MS = 30_000;

interface Seen {
  readonly presence: Presence;
  readonly at: number;
  /** When it last was another place. */
  readonly movedAt: number;
  /** As it is shown, made once. */
  cursor: Cursor | undefined;
}

/** Who is in the room and where: sessions by the hub's word, names by their profiles, places by their latest presence. */
export class People {
  readonly #sync: RoomSync;
  readonly #profiles: Profiles;
  readonly #verified: Verified;
  readonly #seen = new Map<SessionId, Seen>();
  #here: ReadonlySet<MemberId> = new Set();
  readonly #leftAt = new Map<MemberId, number>();
  /** Of each member the page that moved last. */
  readonly #movedLast = new Map<MemberId, SessionId>();
  #listed: readonly Person[] = [];
  /** Whether the list may be another by now. */
  #stale = true;

  constructor(sync: RoomSync, profiles: Profiles, verified: Verified) {
    this.#verified = verified;
    this.#sync = sync;
    this.#profiles = profiles;
  }

  saw(session: SessionId, presence: Presence): void {
    const at = this.#sync.world.now();
    const before = this.#seen.get(session);
    const same = before !== undefined && samePlace(before.presence, presence);
    if (same) this.#seen.set(session, { ...before, presence, at });
    else this.#seen.set(session, { presence, at, movedAt: at, cursor: undefined });
    const member = this.#sync.state.members.get(session)?.memberId;
    const moves = !same && member !== undefined && this.#movedLast.get(member) !== session;
    if (moves) this.#movedLast.set(member, session);
    if (moves || before === undefined || !sameDoing(before.presence, presence)) this.#stale = true;
  }

  /** Something other than a place changed that the list may say. */
  changed(): void {
    this.#stale = true;
  }

  /** Notes who came and who went. While this person is away from the hub nobody goes: when they went is not known then. */
  note(): void {
    this.#stale = true;
    const live = new Set<MemberId>();
    if (this.#sync.joined)
      for (const member of this.#sync.state.members.all()) if (member.live) live.add(member.memberId);
    if (this.#sync.joined)
      for (const member of this.#here) if (!live.has(member)) this.#leftAt.set(member, this.#sync.world.now());
    for (const member of live) this.#leftAt.delete(member);
    this.#here = live;
  }

  /** Forgets the places of sessions that ended or fell silent. @returns whether anything changed. */
  sweep(): boolean {
    const oldest = this.#sync.world.now() - PRESENCE_LIVES_MS;
    let changed = false;
    for (const [session, { at }] of this.#seen)
      if (at < oldest || !this.#sync.state.members.get(session)?.live) changed = this.#seen.delete(session) || changed;
    if (changed) this.#stale = true;
    return changed;
  }

  /** How many are here, each page counted. */
  get sessions(): number {
    let count = 0;
    for (const { live } of this.#sync.state.members.all()) if (live) count += 1;
    return count;
  }

  isHere(member: MemberId): boolean {
    for (const { memberId, live } of this.#sync.state.members.all()) if (live && memberId === member) return true;
    return false;
  }

  shown(member: MemberId): Shown {
    const { name, colour } = this.#profiles.of(member);
    return { name, colour };
  }

  cursors(): readonly Cursor[] {
    return this.#live().flatMap(([memberId, session, seen]) => this.#cursor(memberId, session, seen) ?? []);
  }

  /** Where someone is: of several pages the one that moved last, one that is away only where all are. */
  placeOf(member: MemberId): Cursor | undefined {
    const places = this.#places(member);
    return places.find(({ away }) => !away) ?? places[0];
  }

  followedBy(member: MemberId): MemberId | undefined {
    const all = this.#live().filter(([memberId, , { presence }]) => memberId === member && presence.following);
    return all.toSorted(latest)[0]?.[2].presence.following;
  }

  followersOf(member: MemberId): readonly Follower[] {
    const followers = new Set<MemberId>();
    for (const [memberId, , { presence }] of this.#live())
      if (presence.following === member && memberId !== member) followers.add(memberId);
    return [...followers].map((memberId) => ({ memberId, ...this.shown(memberId) }));
  }

  #live(): (readonly [MemberId, SessionId, Seen])[] {
    return [...this.#seen].flatMap(([session, seen]) => {
      const member = this.#sync.state.members.get(session);
      return member?.live ? [[member.memberId, session, seen] as const] : [];
    });
  }

  #places(member: MemberId): readonly Cursor[] {
    const all = this.#live().filter(([memberId]) => memberId === member);
    return all.toSorted(latest).flatMap(([memberId, session, seen]) => this.#cursor(memberId, session, seen) ?? []);
  }

  #cursor(memberId: MemberId, session: SessionId, seen: Seen): Cursor | undefined {
    const { file, topLine, selections, state } = seen.presence;
    if (file === ROOT) return undefined;
    const { name, colour } = this.shown(memberId);
    if (seen.cursor?.name === name && seen.cursor.colour === colour) return seen.cursor;
    const { movedAt } = seen;
    seen.cursor = { session, memberId, name, colour, file, ...doing(state), topLine, selections, movedAt };
    return seen.cursor;
  }

  /** Me first, then who is here, then who was; by name. The same list as before where nothing about anyone changed. */
  list(): readonly Person[] {
    if (!this.#stale) return this.#listed;
    this.#stale = false;
    const me = this.#sync.memberId;
    const sessions = new Map<MemberId, { role: Role; live: SessionId[] }>();
    for (const member of this.#sync.state.members.all()) {
      const known = sessions.get(member.memberId) ?? { role: member.role, live: [] };
      if (member.live) known.live.push(member.sessionId);
      sessions.set(member.memberId, {
        ...known,
        role: member.live || known.live.length === 0 ? member.role : known.role,
      });
    }
    for (const member of [me, ...this.#profiles.members()])
      if (!sessions.has(member))
        sessions.set(member, { role: member === me ? this.#sync.keyring.role : Role.Viewer, live: [] });
    const owners = new Set(this.#sync.state.manifests.newest?.owners.map(({ signPub }) => memberIdOf(signPub)));
    for (const [member, known] of sessions) // raised or lowered after the certificate that was met last
      if (owners.has(member)) known.role = Role.Owner;
      else if (known.role === Role.Owner) known.role = Role.Editor;
    const people = [...sessions].map(([memberId, { role, live }]) => this.#person(memberId, role, live));
    people.sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name));
    if (!allAlike(people, this.#listed)) this.#listed = people;
    return this.#listed;
  }

  #person(memberId: MemberId, role: Role, live: readonly SessionId[]): Person {
    const me = memberId === this.#sync.memberId;
    const places = live.flatMap((session) => this.#seen.get(session) ?? []).toSorted((a, b) => b.movedAt - a.movedAt);
    const doings = places.map(({ presence }) => doing(presence.state));
    return {
      memberId,
      ...this.#profiles.of(memberId),
      role: roleName(role),
      me,
      live: me || live.length > 0,
      sessions: live.length,
      file: places.find(({ presence }) => presence.file !== ROOT)?.presence.file,
      typing: doings.some(({ typing }) => typing),
      typingInChat: doings.some(({ typingInChat }) => typingInChat),
      away: doings.length > 0 && doings.every(({ away }) => away),
      idle: doings.length > 0 && doings.every(({ away, idle }) => away || idle),
      following: places.find(({ presence }) => presence.following)?.presence.following,
      client: clientName(this.#profiles.clientOf(memberId)),
      leftAt: this.#leftAt.get(memberId),
      verified: this.#verified.has(memberId),
    };
  }
}

function clientName(client: number): ClientName {
  if (client === ClientKind.Terminal) return "terminal";
  if (client === ClientKind.Editor) return "editor";
  return client === ClientKind.Agent ? "agent" : "browser";
}

/** Who is away or idle does not type, whatever they say. */
function doing(state: number): { typing: boolean; typingInChat: boolean; away: boolean; idle: boolean } {
  const is = (bit: number) => (state & bit) !== 0;
  const [away, idle] = [is(PresenceState.Away), is(PresenceState.Idle)];
  const here = !away && !idle;
  return { typing: here && is(PresenceState.Typing), typingInChat: here && is(PresenceState.TypingInChat), away, idle };
}

function latest(one: readonly [MemberId, SessionId, Seen], other: readonly [MemberId, SessionId, Seen]): number {
  return other[2].movedAt - one[2].movedAt;
}

/** Whether a list of people says the same of both: it does not say where in a file someone is. */
function sameDoing(one: Presence, other: Presence): boolean {
  return one.file === other.file && one.state === other.state && one.following === other.following;
}

function samePlace(one: Presence, other: Presence): boolean {
  return (
    one.file === other.file &&
    one.topLine === other.topLine &&
    one.state === other.state &&
    one.selections.length === other.selections.length &&
    one.selections.every(({ anchor, head }, nth) => {
      const theirs = other.selections[nth]!;
      return equal(anchor, theirs.anchor) && equal(head, theirs.head);
    })
  );
}

export function roleName(role: Role): RoleName {
  if (role === Role.Owner) return "owner";
  return role === Role.Editor ? "editor" : "viewer";
}

function rank(person: Person): number {
  if (person.me) return 0;
  return person.live ? 1 : 2;
}
