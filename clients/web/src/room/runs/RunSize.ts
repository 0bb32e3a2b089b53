import type { TerminalSize } from "@coterie/core/runs/RunCommand.ts";

const longestMs = 1_000;

/** Letters across and lines down, as the last terminal that filled its place had them; before the first, as its place has room for. */
export class RunSize {
  #now: TerminalSize = { columns: 80, rows: 24 };
  #tell = () => {};
  readonly #told = new Promise<void>((told) => {
    this.#tell = told;
  });

  get columns(): number {
    return this.#now.columns;
  }

  get rows(): number {
    return this.#now.rows;
  }

  set(size: TerminalSize): void {
    this.#now = size;
    this.#tell();
  }

  /** As it will be once the panel stands, where that is not too long from now. */
  async known(): Promise<TerminalSize> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const over = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, longestMs);
    });
    await Promise.race([this.#told, over]);
    clearTimeout(timer);
    return this.#now;
  }
}
