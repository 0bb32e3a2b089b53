import { type Presence, PresenceState, parsePresence } from "../rooms/Payloads/Presence.ts";
import { ClientKind } from "../rooms/Payloads/Profile.ts";
import { Role } from "../wire/Classes.ts";
import { type MemberId, ROOT, type SessionId } from "../wire/Ids.ts";
import { failed } from "../wire/WireError.ts";
import type { Profiles } from "./Profiles.ts";
import type { RoomSync } from "./RoomSync.ts";
import type { Verified } from "./Verified.ts";
import type { ClientName, Cursor, Person, RoleName } from "./view.ts";

/** A presence that was not repeated within this time is not believed any more. */
export const PRESENCE_LIVES_MS = 30_000;

interface Seen {
  readonly presence: Presence;
  readonly at: number;
}

/** Who is in the room and where: sessions by the hub's word, names by their profiles, places by their latest presence. */
export class People {
  readonly #sync: RoomSync;
  readonly #profiles: Profiles;
  readonly #verified: Verified;
  readonly #seen = new Map<SessionId, Seen>();
  #here: ReadonlySet<MemberId> = new Set();
  readonly #leftAt = new Map<MemberId, number>();

  constructor(sync: RoomSync, profiles: Profiles, verified: Verified) {
    this.#verified = verified;
    this.#sync = sync;
    this.#profiles = profiles;
  }

  saw(session: SessionId, payload: Uint8Array): void {
    const presence = parsePresence(payload);
    if (!failed(presence)) this.#seen.set(session, { presence, at: this.#sync.world.now() });
  }

  /** Notes who came and who went. While this person is away from the hub nobody goes: when they went is not known then. */
  note(): void {
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
    return changed;
  }

  cursors(): readonly Cursor[] {
    const cursors: Cursor[] = [];
    for (const [session, { presence }] of this.#seen) {
      const member = this.#sync.state.members.get(session);
      if (member === undefined || !member.live || presence.file === ROOT) continue;
      const { name, colour } = this.#profiles.of(member.memberId);
      const { file, topLine, selections, state } = presence;
      const typing = (state & PresenceState.Typing) !== 0;
      cursors.push({ session, memberId: member.memberId, name, colour, file, typing, topLine, selections });
    }
    return cursors;
  }

  /** Me first, then who is here, then who was; by name. */
  list(): readonly Person[] {
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
    const people = [...sessions].map(([memberId, { role, live }]) => this.#person(memberId, role, live));
    return people.sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name));
  }

  #person(memberId: MemberId, role: Role, live: readonly SessionId[]): Person {
    const me = memberId === this.#sync.memberId;
    const places = live.flatMap((session) => this.#seen.get(session)?.presence ?? []);
    const state = places.reduce((all, { state }) => all | state, 0);
    return {
      memberId,
      ...this.#profiles.of(memberId),
      role: roleName(role),
      me,
      live: me || live.length > 0,
      sessions: live.length,
      file: places.find(({ file }) => file !== ROOT)?.file,
      typing: (state & PresenceState.Typing) !== 0,
      typingInChat: (state & PresenceState.TypingInChat) !== 0,
      client: clientName(this.#profiles.clientOf(memberId)),
      leftAt: this.#leftAt.get(memberId),
      verified: this.#verified.has(memberId),
      away: places.length > 0 && places.every(({ state }) => (state & PresenceState.Away) !== 0),
    };
  }
}

function clientName(client: number): ClientName {
  if (client === ClientKind.Terminal) return "terminal";
  if (client === ClientKind.Editor) return "editor";
  return client === ClientKind.Agent ? "agent" : "browser";
}

export function roleName(role: Role): RoleName {
  if (role === Role.Owner) return "owner";
  return role === Role.Editor ? "editor" : "viewer";
}

function rank(person: Person): number {
  if (person.me) return 0;
  return person.live ? 1 : 2;
}
