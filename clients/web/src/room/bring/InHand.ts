/** Bytes of files that are in hand at a time, or one file. */
const mostBytes = 32_000_000;

/** Lets work on files begin while all that is in hand is not too much for the memory of a page. */
export class InHand {
  #bytes = 0;
  readonly #waiting: (() => void)[] = [];

  async hold<T>(bytes: number, work: () => Promise<T>): Promise<T> {
    while (this.#bytes > 0 && this.#bytes + bytes > mostBytes)
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
