import { openTitle, sealTitle } from "../rooms/EpochKey.ts";
import { type Manifest, type ManifestFields, signManifest } from "../rooms/Manifest.ts";
import { equal } from "../wire/Bytes.ts";
import { Code } from "../wire/Refusal.ts";
import { titled } from "./founding.ts";
import { namedDoors } from "./Rebirth.ts";
import { RoomError } from "./RoomError.ts";
import type { RoomSync } from "./RoomSync.ts";

const ANSWER_MS = 10_000;
const MAX_TRIES = 5;

interface Waiting {
  readonly offered: Manifest;
  settle(outcome: "taken" | "conflict" | RoomError): void;
}

/** The owner's changes to the room's rules: the next manifest, made again on top of another owner's where that came first (M5). */
export class Rules {
  readonly #sync: RoomSync;
  #waiting: Waiting | undefined;
  #turn: Promise<void> = Promise.resolve();

  constructor(sync: RoomSync) {
    this.#sync = sync;
  }

  /** One change after the other. @throws RoomError where this person is no owner, or the hub refuses. */
  change(
    edit: (
      before: Manifest,
      title: string,
    ) => Partial<ManifestFields> & { readonly title?: never; readonly name?: string },
  ): Promise<void> {
    const done = this.#turn.then(() => this.#change(edit));
    this.#turn = done.catch(() => {});
    return done;
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

  async #change(edit: (before: Manifest, title: string) => { readonly name?: string } & object): Promise<void> {
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const { world, keyring, epoch, state } = this.#sync;
      const before = state.manifests.newest;
      const signPub = keyring.identity.sign.publicPoint;
      const signer = before?.owners.findIndex((owner) => equal(owner.signPub, signPub)) ?? -1;
      if (before === undefined || signer < 0)
        throw new RoomError(Code.Forbidden, "Only an owner can change the room's rules.");
      if (!this.#sync.joined) throw new RoomError(0, "You are not connected. Try again when the room is back.");
      const title = (await openTitle(epoch, before.version, before.title)) ?? "Room";
      const { name = title, ...change } = edit(before, title);
      const version = before.version + 1;
      const sealed = await titled(() => sealTitle(epoch, version, name, world.random(12)));
      const fields = { ...before, ...change, version, prevHash: before.hash, title: sealed, signer };
      const offered = await signManifest(fields, keyring.identity.sign.privateKey);
      const outcome = await this.#offer(offered);
      if (outcome === "taken") return;
      if (outcome !== "conflict") throw outcome;
    }
    throw new RoomError(Code.ManifestConflict, "Another owner keeps changing the room's rules. Try again in a moment.");
  }

  #offer(offered: Manifest): Promise<"taken" | "conflict" | RoomError> {
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
      const doors = namedDoors(keyring.doors, offered.bytes); // the others are the hub's already (M7)
      this.#sync.send({ type: "manifest", manifest: offered.bytes, doors });
    });
  }
}
