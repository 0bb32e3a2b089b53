import { RecordClass } from "../wire/Classes.ts";
import type { RoomSync } from "./RoomSync.ts";
import type { Timer } from "./World.ts";

/** Said again without a change, so that what a hub or a bad line dropped is made up for. */
const REPEAT_MS = 12_000;
/** Changes in between leave together. */
const LEAST_MS = 200;
/** How often it is said again that nothing stands any more. */
const FAREWELLS = 5;

/**
 * P3: a state of this page's that signals tell the others, whole each time: at every change, when someone comes, and again and again.
 * So one signal that is lost costs seconds, and none needs an answer.
 */
export class Standing {
  readonly #sync: RoomSync;
  readonly #payload: () => Uint8Array;
  readonly #stands: () => boolean;
  #timer: Timer | undefined;
  #saidAt = 0;
  #farewells = 0;
  #closed = false;

  /** @param stands whether there is anything to tell who comes */
  constructor(sync: RoomSync, payload: () => Uint8Array, stands: () => boolean) {
    this.#sync = sync;
    this.#payload = payload;
    this.#stands = stands;
  }

  /** It changed. */
  say(): void {
    this.#farewells = FAREWELLS;
    this.#soon();
  }

  /** Someone came, or this page has another session. */
  again(): void {
    if (this.#stands()) this.#soon();
  }

  close(): void {
    this.#closed = true;
    this.#stop();
  }

  #soon(): void {
    const { world } = this.#sync;
    this.#later(Math.max(0, Math.min(LEAST_MS, this.#saidAt + LEAST_MS - world.now())));
  }

  #later(ms: number): void {
    if (this.#closed) return;
    this.#stop();
    this.#timer = this.#sync.world.setTimer(() => this.#send(), ms);
  }

  #stop(): void {
    if (this.#timer !== undefined) this.#sync.world.clearTimer(this.#timer);
    this.#timer = undefined;
  }

  #send(): void {
    const stands = this.#stands();
    if (!stands) this.#farewells -= 1;
    this.#saidAt = this.#sync.world.now();
    void this.#sync.sendEphemeral(RecordClass.Signal, this.#sync.state.streams.control, this.#payload());
    this.#stop();
    if (stands || this.#farewells > 0) this.#later(REPEAT_MS);
  }
}
