/** Pseudo-random numbers from one seed; the same seed gives the same numbers. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  /** From a fresh seed, which is printed, or from the environment's COTERIE_SEED, which replays a run. */
  static printed(): Random {
    const seed = Number(process.env.COTERIE_SEED ?? (Math.random() * 2 ** 32) >>> 0);
    console.log(`COTERIE_SEED=${seed}`);
    return new Random(seed);
  }

  /** Another source, decided by this one. */
  fork(): Random {
    return new Random(this.below(2 ** 32));
  }

  /** Lower-case letters and now and then a line break or a character outside the BMP. */
  text(length: number): string {
    let text = "";
    for (let i = 0; i < length; i++)
      text += this.below(12) === 0 ? "\n" : this.below(30) === 0 ? "😀" : String.fromCharCode(97 + this.below(26));
    return text;
  }

  /** In [0, 1). mulberry32. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }

  /** An integer in [0, bound). */
  below(bound: number): number {
    return Math.floor(this.next() * bound);
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)]!;
  }
}
