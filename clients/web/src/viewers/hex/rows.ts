/** What a scroller may be high: browsers lay nothing out beyond some ten million pixels. */
export const mostHeight = 8_000_000;

/** One row as text: where it begins, its bytes, and what of them is ASCII. */
export function rowOf(
  bytes: Uint8Array,
  row: number,
  perRow: number,
): readonly [offset: string, hex: string, ascii: string] {
  const from = row * perRow;
  const part = bytes.subarray(from, from + perRow);
  let hex = "";
  let ascii = "";
  for (let nth = 0; nth < perRow; nth++) {
    if (nth > 0) hex += nth % 8 === 0 ? "  " : " ";
    const byte = part[nth];
    hex += byte === undefined ? "  " : byte.toString(16).padStart(2, "0");
    if (byte !== undefined) ascii += byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : "·";
  }
  return [offsetText(from), hex, ascii];
}

export function offsetText(offset: number): string {
  return offset.toString(16).padStart(8, "0");
}

/** A place as a person writes it: 0x1f, 1fh or with letters in base 16, else in base 10. Undefined where it is none. */
export function readOffset(text: string): number | undefined {
  const plain = text
    .trim()
    .replaceAll(/[\s_,']/g, "")
    .toLowerCase();
  const hex = /^(?:0x([0-9a-f]+)|([0-9a-f]+)h|([0-9a-f]*[a-f][0-9a-f]*))$/.exec(plain);
  if (hex) return Number.parseInt(hex[1] ?? hex[2] ?? hex[3]!, 16);
  return /^\d+$/.test(plain) ? Number(plain) : undefined;
}

/** How rows and a scroller go together: each pixel is a pixel while all rows fit in it, and many rows where they do not. */
export class RowScale {
  readonly rows: number;
  readonly height: number;
  readonly #most: number; // the highest row on top
  readonly #travel: number; // how far it scrolls

  /** @param view the scroller's height, @param rowHeight both in pixels */
  constructor(rows: number, rowHeight: number, view: number) {
    this.rows = rows;
    this.#most = Math.max(0, rows - Math.max(1, Math.floor(view / rowHeight)));
    this.#travel = Math.min(this.#most * rowHeight, mostHeight);
    this.height = view + this.#travel;
  }

  /** Whether a pixel is more than a pixel, so that a wheel must be told in rows. */
  isCoarse(rowHeight: number): boolean {
    return this.#travel < this.#most * rowHeight;
  }

  clamp(row: number): number {
    return Math.min(Math.max(0, row), this.#most);
  }

  rowAt(scrollTop: number): number {
    return this.#travel === 0 ? 0 : this.clamp(Math.round((scrollTop / this.#travel) * this.#most));
  }

  topOf(row: number): number {
    return this.#most === 0 ? 0 : (this.clamp(row) / this.#most) * this.#travel;
  }
}
