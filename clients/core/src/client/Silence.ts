import type { Pulse } from "../rooms/Payloads/Pulse.ts";
import type { MemberId, StreamId } from "../wire/Ids.ts";
import type { RoomSync } from "./RoomSync.ts";

/** All others who are here by the hub's word were not heard for so long. A page says that it is there every 12 s, one in the background once a minute. */
export const SILENT_MS = 3 * 60_000;
/** A member's pulse told of a position that the hub has not brought after so long. */
export const BEHIND_MS = 30_000;
/** This page did not run for so long: it cannot say who was silent. */
const SLEPT_MS = 90_000;

interface Ahead {
  readonly seq: number;
  readonly since: number;
  readonly member: MemberId;
}

/**
 * Whether what this page shows may be old although the connection stands: nothing comes from the others, or others have what the hub
 * does not bring. A hub that says that all have gone cannot be told from being alone: who left says no goodbye that could be signed.
 */
export class Silence {
  readonly #sync: RoomSync;
  readonly #nameOf: (member: MemberId) => string;
  /** When another member was last heard, or seen to come; undefined where nobody is there. */
  #heardAt: number | undefined;
  #lookedAt: number | undefined;
  readonly #ahead = new Map<StreamId, Ahead>();

  constructor(sync: RoomSync, nameOf: (member: MemberId) => string) {
    this.#sync = sync;
    this.#nameOf = nameOf;
  }

  /** Something of a member's came that only members can make, as it happens. */
  hear(member: MemberId): void {
    if (member === this.#sync.memberId) return;
    this.#heardAt = this.#sync.world.now();
    if (this.#sync.alarms.isStale) this.look();
  }

  /** What a pulse says that its author has. */
  hearPulse({ streams }: Pulse, member: MemberId): void {
    for (const { stream, seq } of streams) {
      const own = this.#sync.followed(stream);
      const before = this.#ahead.get(stream);
      if (own === undefined || seq <= own.seq || (before !== undefined && before.seq >= own.seq + 1)) continue;
      this.#ahead.set(stream, { seq, since: this.#sync.world.now(), member });
    }
  }

  /** Time passed, or somebody came or went. */
  look(): void {
    const { world, joined, alarms } = this.#sync;
    const now = world.now();
    const slept = this.#lookedAt === undefined || now - this.#lookedAt > SLEPT_MS;
    this.#lookedAt = now;
    const others = joined ? this.#others() : [];
    if (others.length === 0) this.#heardAt = undefined;
    else if (slept || this.#heardAt === undefined) this.#heardAt = now;
    if (slept || !joined) this.#ahead.clear();
    alarms.stale(this.#behind(now) ?? this.#silent(now, others));
  }

  #others(): readonly MemberId[] {
    const others = new Set<MemberId>();
    for (const { memberId, live } of this.#sync.state.members.all())
      if (live && memberId !== this.#sync.memberId) others.add(memberId);
    return [...others];
  }

  #silent(now: number, members: readonly MemberId[]) {
    const heardAt = this.#heardAt;
    if (heardAt === undefined || now - heardAt < SILENT_MS) return undefined;
    const who = members.length === 1 ? this.#nameOf(members[0]!) : "the others";
    return {
      text: `You last heard from ${who} ${Math.floor((now - heardAt) / 60_000)} minutes ago.`,
      heardAt,
      members,
    };
  }

  #behind(now: number) {
    for (const [stream, { seq, since, member }] of this.#ahead) {
      const own = this.#sync.followed(stream);
      if (own === undefined || !own.live || own.seq >= seq) this.#ahead.delete(stream);
      else if (now - since >= BEHIND_MS) {
        const [name, lack] = [this.#nameOf(member), seq - own.seq];
        const text = `${name} has ${lack === 1 ? "a change" : `${lack} changes`} that the server has not brought here.`;
        return { text, heardAt: since, members: [member] };
      }
    }
    return undefined;
  }
}
