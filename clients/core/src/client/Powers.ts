import { Limits } from "../limits.ts";
import { type Cert, memberIdOf } from "../rooms/Cert.ts";
import { epochKeyHash } from "../rooms/EpochKey.ts";
import { isByApproval, type Manifest, ManifestFlag, type Owner, Retention } from "../rooms/Manifest.ts";
import { equal } from "../wire/Bytes.ts";
import { Policy, Role } from "../wire/Classes.ts";
import type { MemberId } from "../wire/Ids.ts";
import { Code } from "../wire/Refusal.ts";
import type { Fencing } from "./Fencing.ts";
import { passOf } from "./founding.ts";
import type { Knocks } from "./Knocks.ts";
import { type Actor, newEpoch, placeFor, type Stayer } from "./newEpoch.ts";
import { ownEpochKey } from "./ownEpoch.ts";
import { RoomError } from "./RoomError.ts";
import type { RoomSync } from "./RoomSync.ts";
import type { Rules } from "./Rules.ts";
import type { RoleName, SwitchedFeature } from "./view.ts";

/** New keys for the room, and who gets them. */
export interface Rekey {
  /** This person always stays. */
  readonly staying: readonly string[];
  /** The password from now on, where the room has one; without it links alone open the room. */
  readonly password?: string | undefined;
  /** Whether an owner lets in who comes from now on; as before where not said. */
  readonly byApproval?: boolean | undefined;
}

/** How long who stays may take to open a session under new keys, before they count as gone. */
const REJOIN_MS = 1_500;

/** What an owner saw who chose people: the epoch, and who was here. */
interface Sight {
  readonly epoch: number | undefined;
  readonly here: ReadonlySet<MemberId>;
}

const STRANGER = "This person is not known here any more. Ask them to come back, then try again.";
const GONE = "They do not wait to be let in any more: they left, or another owner answered.";
const TOO_LATE = "Another owner answered first, or they have left.";
const NO_KEY =
  "This browser does not hold the room's present key in a form that can be handed on. Try again in a moment; if it stays so, open the room by its editor link.";

/**
 * What owners decide about people and rules. Each decision is the room's next manifest: whom it takes something from is told, all
 * others type on. Every method rejects with a RoomError where this person is no owner, or the hub refuses.
 */
export class Powers {
  readonly #sync: RoomSync;
  readonly #rules: Rules;
  readonly #fencing: Fencing;
  readonly #knocks: Knocks;
  /** Whom this page gave keys last, and of which epoch: where these are the newest they may not have been back since. */
  #given: { readonly epoch?: number; readonly members: ReadonlySet<MemberId> } = { members: new Set() };

  constructor(sync: RoomSync, rules: Rules, fencing: Fencing, knocks: Knocks) {
    this.#sync = sync;
    this.#rules = rules;
    this.#fencing = fencing;
    this.#knocks = knocks;
  }

  /** Whether this machine has met a member's certificate: only then can their role change, and keys be given to them. */
  knows(member: string): boolean {
    return this.#known().has(member as MemberId);
  }

  /** Whether a member was met under the newest keys: who was not may have been given them and not come back yet, or was removed. */
  holdsKeys(member: string): boolean {
    return this.#known().get(member as MemberId)?.epoch === this.#sync.state.manifests.newest?.epoch;
  }

  /** @param on whether owners alone may write */
  setReadOnly(on: boolean): Promise<void> {
    return this.allow(Policy.ReadOnly, on);
  }

  /** Sets or clears a policy bit. */
  async allow(bit: number, on: boolean): Promise<void> {
    await this.#rules.change(({ policy }) => ({ fields: { policy: on ? policy | bit : policy & ~bit } }));
    if (on === (bit === Policy.ReadOnly)) this.#fencing.begin();
  }

  /** Switches a feature on or off for everybody. */
  switch(feature: SwitchedFeature, on: boolean): Promise<void> {
    return this.allow(FEATURES[feature], on);
  }

  /** @param on whether the server forgets from now on what a snapshot covers: what it has forgotten does not come back (H10) */
  async setForgets(on: boolean): Promise<void> {
    await this.#rules.change(() => ({ fields: { retention: on ? Retention.Trim : Retention.Keep } }));
  }

  /** Lets in only who was met under the newest keys, or was given them by this owner; or again whom a door admits. */
  async lock(on: boolean): Promise<void> {
    await this.#rules.change(({ flags, epoch }) => {
      if (!on) return { fields: { flags: flags & ~ManifestFlag.Locked, locked: [] } };
      const newest = [...this.#known()].filter(([, cert]) => cert.epoch === epoch).map(([id]) => id);
      const given = this.#given.epoch === epoch ? this.#given.members : [];
      const locked = [...new Set([...newest, ...given])];
      if (locked.length > Limits.MaxLockedMembers)
        throw new RoomError(Code.TooLarge, `A room with more than ${Limits.MaxLockedMembers} people cannot be locked.`);
      return { fields: { flags: flags | ManifestFlag.Locked, locked } };
    });
    if (on) this.#fencing.begin();
  }

  /** Makes a member an owner, or an editor of a viewer. */
  async raise(memberId: string, to: RoleName): Promise<void> {
    const [cert, role] = [this.#known().get(memberId as MemberId), ROLES[to]];
    if (cert === undefined) throw new RoomError(Code.Session, STRANGER);
    const sight = this.#sight();
    await this.#rules.change(async (before, version) => {
      if ((await this.#removedSince(sight)).has(cert.memberId)) throw new RoomError(Code.Session, STRANGER);
      if (role === Role.Owner)
        return { fields: { owners: [...before.owners, { signPub: cert.signPub, dhPub: cert.dhPub }] } };
      const epochKey = await this.#ownKey(before);
      const place = await placeFor(cert, role, before, version, this.#actor(before.owners), epochKey);
      epochKey.fill(0);
      return { wraps: [place.bytes] };
    });
  }

  /** Gives a member a lesser role: new keys for all who stay, for the old ones would stay good. */
  async lower(memberId: string, to: RoleName, rekey: Rekey): Promise<void> {
    const member = memberId as MemberId;
    if (member === this.#sync.memberId) throw new RoomError(Code.Forbidden, "Another owner has to change your role.");
    return await this.#rekey({ ...rekey, staying: [...rekey.staying, member] }, new Map([[member, ROLES[to]]]));
  }

  /**
   * Gives the room new keys and links. Who is not among those who stay reads and writes nothing from then on, and finds the old links
   * closed.
   */
  rekey(rekey: Rekey): Promise<void> {
    return this.#rekey(rekey, new Map());
  }

  /**
   * All links, and the password, work until then, by the hub's clock; who is in stays. @param until in milliseconds since 1970; undefined: as
   * long as there are no new ones
   */
  async expire(until: number | undefined): Promise<void> {
    await this.#rules.change(({ flags }) => {
      if (until === undefined) return { fields: { flags: flags & ~ManifestFlag.Timed, until: 0 } };
      return { fields: { flags: flags | ManifestFlag.Timed, until } };
    });
  }

  /** Lets in who knocks, as a viewer or an editor. They cannot invite. */
  async admit(memberId: string, as: "viewer" | "editor"): Promise<void> {
    const member = memberId as MemberId;
    const knocker = this.#knocks.of(member);
    const { state } = this.#sync;
    const newest = state.manifests.newest;
    if (knocker === undefined || newest === undefined) throw new RoomError(Code.Session, GONE);
    const epochKey = await this.#ownKey(newest);
    const place = await placeFor(knocker, ROLES[as], newest, newest.version, this.#actor(newest.owners), epochKey);
    epochKey.fill(0);
    const answered = this.#knocks.of(member) && this.#knocks.ending(member); // whose knock is over meanwhile finds it on the next visit
    this.#sync.send({ type: "give", wraps: [place.bytes] });
    await answered;
  }

  /** Lets in nobody of those who knock now, those without proof of a link included. */
  async turnAllAway(): Promise<void> {
    await Promise.all(this.#knocks.everybody().map((member) => this.#turnAway(member)));
  }

  /** Does not let in who knocks. They are told, and may knock again. @throws RoomError also where another owner answered first */
  async turnAway(memberId: string): Promise<void> {
    const member = memberId as MemberId;
    if (!this.#knocks.everybody().includes(member)) throw new RoomError(Code.Session, GONE);
    if (!(await this.#turnAway(member))) throw new RoomError(Code.Session, TOO_LATE);
  }

  #turnAway(memberId: MemberId): Promise<boolean> {
    const inTime = this.#knocks.ending(memberId);
    this.#sync.send({ type: "turnAway", memberId });
    return inTime;
  }

  async #rekey({ staying, password, byApproval }: Rekey, roles: ReadonlyMap<MemberId, Role>): Promise<void> {
    const { world, state, memberId } = this.#sync;
    const sight = this.#sight();
    const pass = await passOf(world, password, state.genesis.salt);
    const stay = new Set([...staying, memberId] as MemberId[]);
    let doors: readonly Uint8Array[] = [];
    const { epoch } = await this.#rules.change(async (before, version) => {
      for (const removed of await this.#removedSince(sight)) stay.delete(removed);
      const stayers = this.#stayers(before, stay, roles);
      const owners = before.owners.filter((owner) => stayers.some((each) => isOwner(owner, each)));
      const locked = before.locked.filter((id) => stay.has(id));
      const previousKey = await this.#ownKey(before);
      const asked = byApproval ?? isByApproval(before);
      const terms = { previousKey, owners, staying: stayers, pass, byApproval: asked };
      const plan = await newEpoch(world, before, version, this.#actor(owners), terms);
      previousKey.fill(0);
      doors = plan.doors ?? [];
      return { ...plan, fields: { ...plan.fields, locked } };
    });
    this.#given = { epoch, members: stay };
    if (this.#sync.keyring.kind === "memory") this.#sync.own.keep({ doors });
    this.#fencing.begin();
  }

  /**
   * Who gets new keys, and as what. Who is an owner is what the rules say, whatever certificate of theirs was met last. An owner whom
   * this machine has not met could not be asked about: they stay.
   */
  #stayers(before: Manifest, stay: ReadonlySet<string>, roles: ReadonlyMap<MemberId, Role>): Stayer[] {
    const known = this.#known();
    const stayers = new Map<MemberId, Stayer>();
    for (const { signPub, dhPub } of before.owners) {
      const id = memberIdOf(signPub);
      if (known.has(id) && !stay.has(id)) continue;
      stayers.set(id, { member: { memberId: id, signPub, dhPub }, role: roles.get(id) ?? Role.Owner });
    }
    for (const [id, cert] of known) {
      if (!stay.has(id) || stayers.has(id)) continue;
      const role = cert.role === Role.Owner ? Role.Editor : cert.role; // one who was an owner under older rules
      stayers.set(id, { member: cert, role: roles.get(id) ?? role });
    }
    if (stayers.size > Limits.MaxWraps)
      throw new RoomError(Code.TooLarge, `At most ${Limits.MaxWraps} people can get new keys at once: choose fewer.`);
    return [...stayers.values()];
  }

  #sight(): Sight {
    return { epoch: this.#sync.state.manifests.newest?.epoch, here: this.#here() };
  }

  #here(): Set<MemberId> {
    const live = [...this.#sync.state.members.all()].filter((member) => member.live);
    return new Set(live.map(({ memberId }) => memberId));
  }

  /**
   * Whom another owner's new keys left out since: they were here, and now are neither here nor met under the newest keys. What an owner chose
   * who did not know it yet brings nobody back. Who just lost their connection looks the same, and needs a link.
   */
  async #removedSince({ epoch, here }: Sight): Promise<ReadonlySet<MemberId>> {
    const { world, state } = this.#sync;
    const newest = state.manifests.newest;
    if (newest === undefined || newest.epoch === epoch) return new Set();
    const owners = new Set(newest.owners.map(({ signPub }) => memberIdOf(signPub)));
    const without = () => {
      const known = this.#known();
      return [...here].filter((member) => !owners.has(member) && known.get(member)?.epoch !== newest.epoch);
    };
    const end = world.now() + REJOIN_MS;
    while (without().length > 0 && world.now() < end) await new Promise<void>((resolve) => world.setTimer(resolve, 50));
    const now = this.#here();
    return new Set(without().filter((member) => !now.has(member)));
  }

  /** A certificate of each member that this machine has met: of who is here that of now. */
  #known(): Map<MemberId, Cert> {
    const known = new Map<MemberId, Cert>();
    for (const { memberId, cert, live } of this.#sync.state.members.all()) {
      const other = known.get(memberId);
      if (other === undefined || live || cert.epoch > other.epoch) known.set(memberId, cert);
    }
    return known;
  }

  /** The key of the epoch that stands: never that of another, by which nobody could open what was sealed before. */
  async #ownKey({ epochKeyHash: wanted }: Manifest): Promise<Uint8Array> {
    const key = await ownEpochKey(this.#sync.keyring);
    if (key !== undefined && equal(epochKeyHash(key), wanted)) return key;
    throw new RoomError(Code.Forbidden, NO_KEY);
  }

  #actor(owners: readonly Owner[]): Actor {
    const { sign } = this.#sync.keyring.identity;
    return { signer: owners.findIndex(({ signPub }) => equal(signPub, sign.publicPoint)), key: sign.privateKey };
  }
}

function isOwner(owner: Owner, { member, role }: Stayer): boolean {
  return role === Role.Owner && equal(owner.signPub, member.signPub);
}

const ROLES: { readonly [Name in RoleName]: Role } = { viewer: Role.Viewer, editor: Role.Editor, owner: Role.Owner };

const FEATURES: { readonly [Feature in SwitchedFeature]: number } = {
  ai: Policy.Ai,
  runs: Policy.Runs,
  screen: Policy.Screen,
  calls: Policy.Calls,
  viewersChat: Policy.ViewersMayChat,
  viewersCall: Policy.ViewersMayCall,
};

type Allowed = { readonly [Feature in SwitchedFeature]: boolean };

let asked: { readonly policy: number; readonly answer: Allowed } | undefined;

/** What policy bits leave switched on: the same object as long as they are the same. */
export function allowed(policy: number): Allowed {
  if (asked?.policy !== policy) {
    const on = Object.entries(FEATURES).map(([feature, bit]) => [feature, (policy & bit) !== 0]);
    asked = { policy, answer: Object.fromEntries(on) as Allowed };
  }
  return asked.answer;
}
