import type { Identity } from "../keys/KeyPair.ts";
import { memberIdOf } from "../rooms/Cert.ts";
import { type Letter, sealLetter } from "../rooms/Letter.ts";
import type { RoomState } from "../rooms/RoomState.ts";
import { proveWrap } from "../rooms/Steps.ts";
import { Verifier } from "../rooms/Verifier.ts";
import { openWrap, parseWrap } from "../rooms/Wrap.ts";
import { Role } from "../wire/Classes.ts";
import type { HubFrame } from "../wire/HubFrame.ts";
import { Code } from "../wire/Refusal.ts";
import { failed } from "../wire/WireError.ts";
import type { HubLink } from "./HubLink.ts";
import type { Keyring } from "./Keyring.ts";
import { keepEpoch } from "./ownEpoch.ts";
import { ownsRoom } from "./papers.ts";
import { Retry } from "./Retry.ts";
import { RoomError } from "./RoomError.ts";
import { CROWDED, USELESS } from "./RoomListener.ts";
import type { World } from "./World.ts";

/** What a member is in an epoch, and by which keys. */
export type Place = Pick<Keyring, "epoch" | "sealedEpoch" | "role" | "admission" | "cert"> & {
  /** Where an owner is given back what editors' links are made of. */
  readonly editSecret?: Uint8Array;
};

/**
 * Who waits to be let in hears of it here.
 * @param state how many are in the room who can let in, or why nobody is asked just now. @param leave ends the waiting
 */
export type WaitingListener = (state: { owners: number } | { problem: string }, leave: () => void) => void;

const MOST_PAUSE_MS = 5_000;
const MOST_SHUT_PAUSE_MS = 15_000;
/** A room in memory that its server lost comes back by the page of a member, or not at all. */
const LOST_MS = 60_000;
const LEFT = "You left before an owner answered.";
/** What the next attempt may mend, of one who waits already. */
const FOR_NOW: ReadonlySet<number> = new Set([
  0,
  Code.ManifestConflict,
  Code.OutOfOrder,
  Code.ShuttingDown,
  Code.Locked,
  ...CROWDED,
]);

/** One person's waiting at the door, over all connections that it takes. */
export class Waiting {
  readonly #listener: WaitingListener | undefined;
  readonly #retry: Retry;
  readonly #world: World;
  #begun = false;
  #lostAt: number | undefined;
  #left = false;
  #interrupt: (() => void) | undefined;

  constructor(world: World, listener: WaitingListener | undefined) {
    this.#world = world;
    this.#retry = new Retry(world, MOST_PAUSE_MS);
    this.#listener = listener;
  }

  /** Whether an owner was asked already: then they may have answered meanwhile. */
  get begun(): boolean {
    return this.#begun;
  }

  mayGoOn(code: number): boolean {
    if (!this.#begun || this.#left) return false;
    if (code !== Code.NoSuchRoom) return FOR_NOW.has(code);
    this.#lostAt ??= this.#world.now();
    return this.#world.now() - this.#lostAt < LOST_MS;
  }

  async pause({ code, text }: RoomError): Promise<void> {
    const most = code === Code.Locked || CROWDED.has(code) ? MOST_SHUT_PAUSE_MS : MOST_PAUSE_MS;
    await new Promise<void>((resolve) => {
      this.#tell({ problem: text }, resolve);
      this.#retry.later(resolve, most);
    });
    this.#retry.stop();
    if (this.#left) throw new RoomError(0, LEFT);
  }

  /** Knocks, and waits. @returns the wrap that an owner gave. @throws RoomError where none did, or the connection broke */
  over(link: HubLink, knock: Parameters<HubLink["send"]>[0]): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      const take = (frame: HubFrame) => {
        if (frame.type === "waiting") {
          this.#begun = true;
          this.#lostAt = undefined;
          this.#retry.succeeded();
          this.#tell({ owners: frame.owners }, () => link.close(new RoomError(0, LEFT)));
        } else if (frame.type === "wrap") resolve(frame.wrap);
        else if (frame.type === "error") reject(new RoomError(frame.code, frame.text));
      };
      link.onclose = (reason) => reject(reason ?? new RoomError(0, "The connection to the server was lost."));
      link.onframe = take;
      link.send(knock);
    });
  }

  #tell(state: Parameters<WaitingListener>[0], interrupt: () => void): void {
    this.#interrupt = interrupt;
    this.#listener?.(state, () => {
      this.#left = true;
      this.#interrupt?.();
    });
  }
}

/** Asks the owners for a place. @throws RoomError where none of them gives it, or the connection breaks */
export async function askForPlace(
  link: HubLink,
  state: RoomState,
  identity: Identity,
  letter: Letter,
  wait: Waiting,
): Promise<Place> {
  const newest = state.manifests.newest!;
  const [signPub, dhPub] = [identity.sign.publicPoint, identity.dh.publicPoint];
  const letters = await Promise.all(
    newest.owners.map((owner) => sealLetter(letter, owner.dhPub, newest.roomId, { signPub, dhPub })),
  );
  return await placeIn(await wait.over(link, { type: "knock", signPub, dhPub, letters }), state, identity);
}

/**
 * A place that an owner has given to this person already, and that says more than what this machine has; undefined where there is none.
 * @param before what this machine has
 */
export async function placeGiven(
  link: HubLink,
  state: RoomState,
  identity: Identity,
  before: Keyring | undefined,
): Promise<Place | undefined> {
  const { roomId, epoch } = state.manifests.newest!;
  const memberId = memberIdOf(identity.sign.publicPoint);
  try {
    const { wrap } = await link.ask({ type: "fetch", roomId, memberId }, "wrap");
    const place = await placeIn(wrap, state, identity);
    return before?.epoch.number === epoch && before.role >= place.role ? undefined : place;
  } catch (error) {
    if (error instanceof RoomError && error.code === Code.Removed) return undefined;
    throw error;
  }
}

/** A1, A2. */
async function placeIn(bytes: Uint8Array, state: RoomState, identity: Identity): Promise<Place> {
  const wrap = parseWrap(bytes);
  const signed = !failed(wrap) && (await proveWrap(state, new Verifier(), wrap)).verdict === "ok";
  const opened = signed ? await openWrap(wrap, state.manifests.at(wrap.version)!, identity.dh) : undefined;
  if (opened === undefined) throw new RoomError(Code.Removed, USELESS);
  const newest = state.manifests.newest!;
  const epoch = await keepEpoch(newest.roomId, newest.epoch, opened.epochKey, identity.dh);
  const role = ownsRoom(newest, identity) ? Role.Owner : opened.role;
  if (opened.cert !== undefined) return { ...epoch, role, admission: undefined, cert: opened.cert.bytes };
  const links = opened.role === Role.Editor && { editSecret: opened.linkSecret };
  return { ...epoch, role, admission: opened.admission, cert: undefined, ...links };
}
