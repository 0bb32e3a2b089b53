/** Lets work on files begin while all that is in hand is not too much: so many bytes at a time, or one file. */
export class InHand {
  readonly #most: number;
  #bytes = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(most: number) {
    this.#most = most;
  }

  async hold<T>(bytes: number, work: () => Promise<T>): Promise<T> {
    while (this.#bytes > 0 && this.#bytes + bytes > this.#most)
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#bytes += bytes;
    try {
      return await work();
    } finally {
      this.#bytes -= bytes;
      for (const go of this.#waiting.splice(0)) go();
    }
  }
}
