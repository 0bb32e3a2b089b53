import type { Timer, World } from "./World.ts";

const FIRST_MS = 200;
const MOST_MS = 2_000;

/** The pause before the next attempt: it doubles from 0.2 to 2 s, with jitter of a half, and ends early when the machine comes online. */
export class Retry {
  readonly #world: World;
  #tries = 0;
  #timer: Timer | undefined;
  #stopHint: (() => void) | undefined;

  constructor(world: World) {
    this.#world = world;
  }

  /** Whether an attempt failed since the last success. */
  get trying(): boolean {
    return this.#tries > 0;
  }

  /** It worked: the next pause is the shortest again. */
  succeeded(): void {
    this.#tries = 0;
  }

  /** Calls once after the pause. @returns its length in milliseconds. */
  later(attempt: () => void): number {
    this.#tries += 1;
    const most = Math.min(MOST_MS, FIRST_MS * 2 ** (this.#tries - 1));
    const share = this.#world.random(1)[0]! / 255;
    const wait = Math.round(most * (0.5 + share / 2));
    const again = () => {
      this.stop();
      attempt();
    };
    this.#timer = this.#world.setTimer(again, wait);
    this.#stopHint = this.#world.onOnline?.(again);
    return wait;
  }

  stop(): void {
    if (this.#timer !== undefined) this.#world.clearTimer(this.#timer);
    this.#stopHint?.();
    this.#timer = undefined;
    this.#stopHint = undefined;
  }
}
