import type { Timer, World } from "./World.ts";

const FIRST_MS = 200;

/** The pause before the next attempt: it doubles from 0.2 s, with jitter of a half, and ends early when the machine comes online. */
export class Retry {
  readonly #world: World;
  readonly #mostMs: number;
  readonly #free: number;
  #failures = 0;
  #timer: Timer | undefined;
  #stopHint: (() => void) | undefined;
  #again: (() => void) | undefined;

  /** @param mostMs the longest pause. @param free attempts after a success that are made without one. */
  constructor(world: World, mostMs: number, free = 0) {
    this.#world = world;
    this.#mostMs = mostMs;
    this.#free = free;
  }

  /** Whether an attempt failed since the last success. */
  get trying(): boolean {
    return this.#failures > 0;
  }

  /** It worked: the next pause is the shortest again. */
  succeeded(): void {
    this.#failures = 0;
  }

  /** Calls once after the pause. @param mostMs the longest pause for this failure. */
  later(attempt: () => void, mostMs = this.#mostMs): void {
    this.stop();
    this.#failures += 1;
    const paid = this.#failures - this.#free;
    const most = paid > 0 ? Math.min(mostMs, FIRST_MS * 2 ** (paid - 1)) : 0;
    const share = this.#world.random(1)[0]! / 255;
    const wait = Math.round(most * (0.5 + share / 2));
    const again = () => {
      this.stop();
      attempt();
    };
    this.#timer = this.#world.setTimer(again, wait);
    this.#stopHint = this.#world.onOnline?.(again);
    this.#again = again;
  }

  /** Ends the pause, if there is one. */
  now(): void {
    this.#again?.();
  }

  stop(): void {
    if (this.#timer !== undefined) this.#world.clearTimer(this.#timer);
    this.#stopHint?.();
    this.#timer = undefined;
    this.#stopHint = undefined;
    this.#again = undefined;
  }
}
