import { TestWorld } from "./TestWorld.ts";

/** A world whose clock moves only when the test says so: what takes minutes is over at once, and waits are counted, not waited. */
export class ManualWorld extends TestWorld {
  #now = 1_700_000_000_000;
  readonly #timers = new Set<{ readonly at: number; readonly callback: () => void }>();

  override now(): number {
    return this.#now;
  }

  override setTimer(callback: () => void, ms: number): unknown {
    const timer = { at: this.#now + ms, callback };
    this.#timers.add(timer);
    return timer;
  }

  override clearTimer(timer: unknown): void {
    this.#timers.delete(timer as { at: number; callback: () => void });
  }

  /** Lets time pass in small steps, each with a turn in between for what it set off. */
  async pass(seconds: number): Promise<void> {
    for (let steps = 0; steps < seconds * 20; steps++) await this.step(50);
  }

  /** The clock goes on, or back, within one turn. */
  advance(ms: number): void {
    this.#now += ms;
    for (const timer of [...this.#timers]) if (timer.at <= this.#now && this.#timers.delete(timer)) timer.callback();
  }

  /** One step, and a turn for what it set off; sealing and signing go on beside this thread, and no time passes without them. */
  async step(ms: number): Promise<void> {
    this.advance(ms);
    await new Promise((resolve) => setTimeout(resolve, 0));
    await crypto.subtle.digest("SHA-256", new Uint8Array(1)); // behind what waits for its turn there
  }

  /** Lets time pass until it is so. */
  async passUntil(holds: () => boolean, what: string): Promise<void> {
    for (let seconds = 0; !holds(); seconds++) {
      if (seconds === 600) throw new Error(`it did not come true that ${what}`);
      await this.pass(1);
    }
  }
}
