import { memberIdOf } from "../rooms/Cert.ts";
import { Needs } from "../rooms/Door.ts";
import { type Knocking, openLetter } from "../rooms/Letter.ts";
import { Role } from "../wire/Classes.ts";
import type { HubFrame } from "../wire/HubFrame.ts";
import type { MemberId } from "../wire/Ids.ts";
import { ownEpochKey } from "./ownEpoch.ts";
import { RoomError } from "./RoomError.ts";
import type { RoomSync } from "./RoomSync.ts";
import type { Knocker } from "./view.ts";

const ANSWER_MS = 10_000;
const SILENT = "The server did not answer. Try again.";

/** An answer on its way. */
interface Ending {
  /** Of the ping that left just before it. */
  readonly ping: number;
  /** The hub has read that ping, and the knock stood. */
  inTime: boolean;
  over(): void;
}

/** Who waits to be let in, as far as their letters prove that they opened a door (Q5). Empty for who is no owner. */
export class Knocks {
  readonly #sync: RoomSync;
  readonly #changed: () => void;
  readonly #waiting = new Map<MemberId, Knocking & { readonly shown: Knocker }>();
  readonly #ending = new Map<MemberId, Ending>();
  #pings = 0;
  /** Those whose letters prove nothing. */
  readonly #strangers = new Set<MemberId>();
  #list: readonly Knocker[] = [];

  constructor(sync: RoomSync, changed: () => void) {
    this.#sync = sync;
    this.#changed = changed;
  }

  list(): readonly Knocker[] {
    return this.#list;
  }

  /** How many knock whom this owner cannot believe: they fill the places of others. */
  get strangers(): number {
    return this.#strangers.size;
  }

  of(member: MemberId): Knocking | undefined {
    return this.#waiting.get(member);
  }

  /** All who knock, whether they are believed or not. */
  everybody(): readonly MemberId[] {
    return [...this.#waiting.keys(), ...this.#strangers];
  }

  /** What this owner may not believe is counted, and no more: the hub could have written it. */
  async take(frame: Extract<HubFrame, { type: "knocked" | "knockEnded" | "pong" }>): Promise<void> {
    if (frame.type === "knockEnded") return this.#ended(frame.memberId);
    if (frame.type === "pong") return this.#read(frame.nonce);
    const { signPub, dhPub, letter: sealed } = frame;
    const { keyring, state } = this.#sync;
    const newest = state.manifests.newest;
    const epochKey = await ownEpochKey(keyring);
    if (newest === undefined || epochKey === undefined) return;
    const letter = await openLetter(sealed, keyring.identity.dh, keyring.roomId, { signPub, dhPub }, epochKey);
    epochKey.fill(0);
    const door = newest.doors.find(({ id }) => id === letter?.door);
    const memberId = memberIdOf(signPub);
    if (letter === undefined || door === undefined) {
      this.#strangers.add(memberId);
      return this.#show();
    }
    const role = door.role === Role.Editor ? "editor" : "viewer";
    const shown = { memberId, name: letter.name, role, byPassword: door.needs === Needs.Password } as const;
    this.#waiting.set(memberId, { signPub, dhPub, shown });
    this.#show();
  }

  #ended(member: MemberId): void {
    this.#ending.get(member)?.over();
    const known = this.#waiting.delete(member);
    if (this.#strangers.delete(member) || known) this.#show();
  }

  #read(ping: number): void {
    for (const ending of this.#ending.values()) if (ending.ping === ping) ending.inTime = true;
  }

  /**
   * Resolves once the hub says that the knock is over; the answer is sent next. @returns false where it was over before the hub came to that
   * answer: another owner was faster, or who knocked has gone. @throws RoomError where the hub says nothing
   */
  ending(member: MemberId): Promise<boolean> {
    const ping = ++this.#pings;
    this.#sync.send({ type: "ping", nonce: ping });
    return new Promise((resolve, reject) => {
      const { world } = this.#sync;
      const settle = () => {
        world.clearTimer(timer);
        this.#ending.delete(member);
      };
      const timer = world.setTimer(() => {
        settle();
        reject(new RoomError(0, SILENT));
      }, ANSWER_MS);
      const ending: Ending = {
        ping,
        inTime: false,
        over: () => {
          settle();
          resolve(ending.inTime);
        },
      };
      this.#ending.set(member, ending);
    });
  }

  clear(): void {
    if (this.#waiting.size + this.#strangers.size === 0) return;
    this.#waiting.clear();
    this.#strangers.clear();
    this.#show();
  }

  #show(): void {
    this.#list = [...this.#waiting.values()].map(({ shown }) => shown);
    this.#changed();
  }
}
