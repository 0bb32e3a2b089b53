import { type EpochKey, openTitle, sealTitle } from "../rooms/EpochKey.ts";
import { type Manifest, type ManifestFields, signManifest } from "../rooms/Manifest.ts";
import { equal } from "../wire/Bytes.ts";
import { Code } from "../wire/Refusal.ts";
import { titled } from "./founding.ts";
import { namedDoors } from "./Rebirth.ts";
import { RoomError } from "./RoomError.ts";
import type { RoomSync } from "./RoomSync.ts";

const ANSWER_MS = 10_000;
const MAX_TRIES = 5;

/** What the next manifest has otherwise than the one before, and what goes with it. */
export interface Plan {
  readonly fields?: Partial<ManifestFields>;
  /** The room's name, where it changes. */
  readonly name?: string;
  /** The key of the epoch that it begins. */
  readonly epoch?: EpochKey;
  /** Bytes of new doors. */
  readonly doors?: readonly Uint8Array[];
  /** Keys for members, made for this very version. */
  readonly wraps?: readonly Uint8Array[];
}

/** Asked again on top of another owner's change where that came first. */
export type Edit = (before: Manifest, version: number) => Plan | Promise<Plan>;

interface Waiting {
  readonly offered: Manifest;
  settle(outcome: "taken" | "conflict" | RoomError): void;
}

/** The owner's changes to the room's rules: the next manifest, made again on top of another owner's where that came first (M5). */
export class Rules {
  readonly #sync: RoomSync;
  #waiting: Waiting | undefined;
  #joining: (() => void) | undefined;
  #turn: Promise<void> = Promise.resolve();

  constructor(sync: RoomSync) {
    this.#sync = sync;
  }

  /** One change after the other. @throws RoomError where this person is no owner, or the hub refuses. */
  change(edit: Edit): Promise<Manifest> {
    const done = this.#turn.then(() => this.#change(edit));
    this.#turn = done.then(
      () => {},
      () => {},
    );
    return done;
  }

  /** A session is open. */
  joined(): void {
    this.#joining?.();
  }

  /** A manifest came in. */
  learned(newest: Manifest): void {
    const waiting = this.#waiting;
    if (waiting === undefined || newest.version < waiting.offered.version) return;
    waiting.settle(equal(newest.hash, waiting.offered.hash) ? "taken" : "conflict");
  }

  refused(error: RoomError): void {
    this.#waiting?.settle(error.code === Code.ManifestConflict ? "conflict" : error);
  }

  async #change(edit: Edit): Promise<Manifest> {
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      if (!(await this.#isHere())) throw new RoomError(0, "You are not connected. Try again when the room is back.");
      const { world, keyring, own, state } = this.#sync;
      const before = state.manifests.newest;
      const signPub = keyring.identity.sign.publicPoint;
      const signer = before?.owners.findIndex((owner) => equal(owner.signPub, signPub)) ?? -1;
      if (before === undefined || signer < 0)
        throw new RoomError(Code.Forbidden, "Only an owner can change the room's rules.");
      const known = await own.epochs.ofVersion(before.version);
      const title = (known && (await openTitle(known, before.version, before.title))) ?? "Room";
      const version = before.version + 1;
      const { name = title, epoch = keyring.epoch, fields, doors = [], wraps = [] } = await edit(before, version);
      const sealed = await titled(() => sealTitle(epoch, version, name, world.random(12)));
      const next = { ...before, ...fields, version, prevHash: before.hash, title: sealed, signer };
      const offered = await signManifest(next, keyring.identity.sign.privateKey);
      const outcome = await this.#offer(offered, doors, wraps);
      if (outcome === "taken") {
        await this.#isHere(); // under a new key the links, too, are known only then
        return offered;
      }
      if (outcome !== "conflict") throw outcome;
    }
    throw new RoomError(Code.ManifestConflict, "Another owner keeps changing the room's rules. Try again in a moment.");
  }

  get #isReady(): boolean {
    return this.#sync.joined && this.#sync.own.holdsKey;
  }

  /** A session is opened again under each new key: that is waited for. */
  #isHere(): Promise<boolean> | boolean {
    if (this.#isReady || !this.#sync.linked) return this.#isReady;
    return new Promise((resolve) => {
      const { world } = this.#sync;
      const settle = () => {
        world.clearTimer(timer);
        this.#joining = undefined;
        resolve(this.#isReady);
      };
      const timer = world.setTimer(settle, ANSWER_MS);
      this.#joining = settle;
    });
  }

  #offer(
    offered: Manifest,
    fresh: readonly Uint8Array[],
    wraps: readonly Uint8Array[],
  ): Promise<"taken" | "conflict" | RoomError> {
    const { world, keyring } = this.#sync;
    return new Promise((resolve) => {
      const settle: Waiting["settle"] = (outcome) => {
        world.clearTimer(timer);
        this.#waiting = undefined;
        resolve(outcome);
      };
      const late = new RoomError(
        0,
        "The server did not answer. The change may not have been made; look and try again.",
      );
      const timer = world.setTimer(() => settle(late), ANSWER_MS);
      this.#waiting = { offered, settle };
      const doors = namedDoors([...fresh, ...keyring.doors], offered.bytes); // the others are the hub's already (M7)
      this.#sync.send({ type: "manifest", manifest: offered.bytes, doors, wraps });
    });
  }
}
