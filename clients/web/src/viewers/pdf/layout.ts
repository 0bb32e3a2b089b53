/** Between two pages, and around them, in pixels. */
export const gap = 12;
/** A page this far out of view, in heights of the view, is drawn ahead, or kept. */
const ahead = 0.75;

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** A place in the column that stays the same however large it is drawn. */
export interface Place {
  /** From 0. */
  readonly page: number;
  /** From its upper edge, in heights of the page. */
  readonly down: number;
}

/** The column of pages at one size: where each begins, and what is to be seen from where. */
export class Column {
  readonly height: number;
  readonly width: number;
  readonly #tops: readonly number[];
  readonly #heights: readonly number[];

  /** @param sizes of all pages, in points */
  constructor(sizes: readonly Size[], scale: number) {
    const tops: number[] = [];
    let top = gap;
    for (const { height } of sizes) {
      tops.push(top);
      top += height * scale + gap;
    }
    this.#tops = tops;
    this.#heights = sizes.map(({ height }) => height * scale);
    this.height = top;
    this.width = sizes.reduce((most, { width }) => Math.max(most, width * scale), 0) + 2 * gap;
  }

  top(page: number): number {
    return this.#tops[page] ?? 0;
  }

  /** The page that begins above or at a height, or the first. */
  pageAt(y: number): number {
    let [low, high] = [0, this.#tops.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (this.#tops[middle]! <= y) low = middle;
      else high = middle - 1;
    }
    return Math.max(low, 0);
  }

  placeAt(y: number): Place {
    const page = this.pageAt(y);
    const height = this.#heights[page] ?? 0;
    return { page, down: height === 0 ? 0 : (y - this.top(page)) / height };
  }

  yOf({ page, down }: Place): number {
    return this.top(page) + down * (this.#heights[page] ?? 0);
  }

  /** The first and the last page to draw. */
  drawn(scrollTop: number, view: number): readonly [first: number, last: number] {
    return [this.pageAt(scrollTop - ahead * view - gap), this.pageAt(scrollTop + (1 + ahead) * view)];
  }
}
