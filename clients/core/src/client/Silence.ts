import type { Pulse } from "../rooms/Payloads/Pulse.ts";
import type { MemberId, StreamId } from "../wire/Ids.ts";
import type { RoomSync } from "./RoomSync.ts";

/** All others who are here by the hub's word were not heard for so long. A page says that it is there every 12 s, one in the background once a minute. */
export const SILENT_MS = 3 * 60_000;
/** A member's pulse told of a position that the hub has not brought after so long. */
export const BEHIND_MS = 30_000;
/** This page did not run for so long: it cannot say who was silent. */
const SLEPT_MS = 90_000;

/** More is not counted: it is told only that it is more. */
const MOST_COUNTED = 1_000;

interface Ahead {
  readonly seq: number;
  readonly since: number;
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
  /** The lowest position beyond one's own that each member told of. */
  readonly #ahead = new Map<StreamId, Map<MemberId, Ahead>>();

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
      if (own === undefined || seq <= own.seq) continue;
      const said = this.#ahead.get(stream) ?? new Map<MemberId, Ahead>();
      this.#ahead.set(stream, said);
      const before = said.get(member);
      if (before !== undefined && before.seq > own.seq && before.seq <= seq) continue;
      said.set(member, { seq, since: this.#sync.world.now() });
    }
  }

  /** Time passed, or somebody came or went. */
  look(): void {
    const { world, joined, alarms } = this.#sync;
    const now = world.now();
    const slept = this.#lookedAt === undefined || now - this.#lookedAt > SLEPT_MS;
    this.#lookedAt = now;
    const others = joined ? this.#sync.state.members.others(this.#sync.memberId) : [];
    if (others.length === 0) this.#heardAt = undefined;
    else if (slept || this.#heardAt === undefined) this.#heardAt = now;
    if (slept || !joined) this.#ahead.clear();
    alarms.stale(this.#behind(now, others) ?? this.#silent(now, others));
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

  /** What is least behind is told first: who says positions that nobody has hides no other's. */
  #behind(now: number, others: readonly MemberId[]) {
    let least: { readonly since: number; readonly member: MemberId; readonly lack: number } | undefined;
    for (const [stream, said] of this.#ahead) {
      const own = this.#sync.followed(stream);
      for (const [member, { seq, since }] of said) {
        const lack = own?.live ? seq - own.seq : 0;
        if (lack <= 0 || !others.includes(member)) said.delete(member);
        else if (now - since >= BEHIND_MS && lack < (least?.lack ?? Number.POSITIVE_INFINITY))
          least = { since, member, lack };
      }
      if (said.size === 0) this.#ahead.delete(stream);
    }
    if (least === undefined) return undefined;
    const { member, lack, since } = least;
    const changes = lack === 1 ? "a change" : `${lack > MOST_COUNTED ? "more than a thousand" : lack} changes`;
    const text = `${this.#nameOf(member)} has ${changes} that the server has not brought here.`;
    return { text, heardAt: since, members: [member] };
  }
}
