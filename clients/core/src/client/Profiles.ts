import { folded } from "../rooms/NodeName.ts";
import { isName } from "../rooms/Payloads/Name.ts";
import { ClientKind, encodeProfile, type Profile, parseProfile } from "../rooms/Payloads/Profile.ts";
import type { StreamBase } from "../rooms/StreamState.ts";
import { EMPTY, fromHex, toHex } from "../wire/Bytes.ts";
import { RecordClass } from "../wire/Classes.ts";
import type { MemberId } from "../wire/Ids.ts";
import { failed } from "../wire/WireError.ts";
import { anyColour } from "./Keyring.ts";
import type { RoomSync } from "./RoomSync.ts";
import type { Entry, StreamReader, StreamSync } from "./StreamSync.ts";

export interface Shown {
  readonly name: string;
  /** `#rrggbb` */
  readonly colour: string;
}

/** As a member is shown among the others. */
export interface Numbered extends Shown {
  /** What stands behind the name because others have it too, from 2 on; undefined where nothing does (T9). */
  readonly number: number | undefined;
}

/** Who calls themselves what: each member's last profile on the control stream, and this person's own put there. */
export class Profiles implements StreamReader {
  readonly #sync: RoomSync;
  readonly #stream: StreamSync;
  readonly #onChange: () => void;
  readonly #shown = new Map<MemberId, Shown & { readonly client: number }>();
  /** As each is shown on the screen; undefined until it is asked for again. */
  #numbers: Map<MemberId, Numbered> | undefined;
  #own: Shown;

  constructor(sync: RoomSync, own: Shown, onChange: () => void) {
    this.#sync = sync;
    this.#own = own;
    this.#onChange = onChange;
    this.#stream = sync.follow(sync.state.streams.control, this);
  }

  /** The name and colour of a member; a member who said none yet is "Someone". */
  of(member: MemberId): Numbered {
    this.#numbers ??= this.#numbered();
    const said = this.#shown.get(member);
    const own = member === this.#sync.memberId ? this.#own : undefined;
    if (own !== undefined && own.name !== said?.name) return { ...own, number: undefined }; // not known to the others yet
    const shown = this.#numbers.get(member) ?? { name: "Someone", colour: `#${member.slice(0, 6)}`, number: undefined };
    return own === undefined ? shown : { ...shown, colour: own.colour };
  }

  /** What a member says to be here with. */
  clientOf(member: MemberId): number {
    return this.#shown.get(member)?.client ?? ClientKind.Browser;
  }

  /** What this person calls themselves, without a number. */
  get ownName(): string {
    return this.#own.name;
  }

  /** T9: of equal names the one that came to the room later has a number behind it, so that nobody passes for another. */
  #numbered(): Map<MemberId, Numbered> {
    const taken = new Set<string>();
    const numbers = new Map<MemberId, Numbered>();
    for (const [member, { name, colour }] of this.#shown) {
      let [shown, number]: [string, number | undefined] = [name, undefined];
      while (taken.has(folded(shown))) {
        number = (number ?? 1) + 1;
        shown = `${name}${behind(number)}`;
      }
      taken.add(folded(shown));
      numbers.set(member, { name: shown, colour, number });
    }
    return numbers;
  }

  members(): Iterable<MemberId> {
    return this.#shown.keys();
  }

  setOwn(own: Shown): void {
    this.#own = own;
    this.#onChange();
    if (this.#stream.live) this.#announce();
  }

  async begin(): Promise<StreamBase | undefined> {
    this.#shown.clear();
    this.#numbers = undefined;
    return undefined;
  }

  take({ record, memberId, payload }: Entry): void {
    const profile = record.class === RecordClass.Profile && payload !== undefined ? parseProfile(payload) : undefined;
    if (profile === undefined || failed(profile) || !isName(profile.name)) return;
    this.#numbers = undefined;
    const { name, colour, client } = profile;
    this.#shown.set(memberId, { name, colour: `#${toHex(colour)}`, client });
    this.#onChange();
  }

  ready(): void {
    const said = this.#shown.get(this.#sync.memberId);
    this.#own = { name: this.#own.name, colour: said?.colour ?? this.#freeColour() };
    const same = said?.name === this.#own.name && said.colour === this.#own.colour && said.client === this.#client;
    if (!same) this.#announce();
    this.#onChange();
  }

  /** A newcomer's own, or, where someone who is here bears it, one that nobody bears. */
  #freeColour(): string {
    const { state, memberId, world } = this.#sync;
    const here = [...state.members.all()].filter((member) => member.live && member.memberId !== memberId);
    const taken = new Set(here.map((member) => this.of(member.memberId).colour));
    return taken.has(this.#own.colour) ? anyColour(world.random, taken) : this.#own.colour;
  }

  get #client(): ClientKind {
    return this.#sync.world.client ?? ClientKind.Browser;
  }

  #announce(): void {
    const colour = fromHex(this.#own.colour.slice(1)) ?? new Uint8Array(3);
    const profile: Profile = { name: this.#own.name, colour, client: this.#client };
    const nothing = () => {};
    this.#stream.append({
      class: RecordClass.Profile,
      clear: () => EMPTY,
      payload: encodeProfile(profile),
      landed: nothing,
      refused: nothing,
    });
  }
}

function behind(number: number): string {
  return ` (${number})`;
}

/** How a member is called in what is quoted after a restart: by then a number may be another's. */
export function nameBefore({ name, number }: Pick<Numbered, "name" | "number">): string {
  if (number === undefined) return name;
  return `${name.slice(0, -behind(number).length)} (${number} before the restart)`;
}
