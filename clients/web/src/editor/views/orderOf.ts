import type { TableText } from "./table.ts";

export interface Sorting {
  readonly column: number;
  readonly down: boolean;
}

const words = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });

/** The order of rows by one of their cells: numbers by their size, before words; what is empty comes last. @returns their indices */
export function orderOf(rows: TableText["rows"], sorting: Sorting | undefined): readonly number[] {
  const order = rows.map((_, nth) => nth);
  if (sorting === undefined) return order;
  const cells = rows.map((row) => row[sorting.column]?.trim() ?? "");
  const numbers = cells.map((cell) => (cell === "" ? Number.NaN : Number(cell)));
  const side = sorting.down ? -1 : 1;
  return order.sort((a, b) => {
    const [one, other] = [cells[a]!, cells[b]!];
    if (one === "" || other === "") return Number(one === "") - Number(other === "");
    const [m, n] = [numbers[a]!, numbers[b]!];
    if (Number.isNaN(m) !== Number.isNaN(n)) return Number.isNaN(m) ? 1 : -1;
    return side * (Number.isNaN(m) ? words.compare(one, other) : m - n);
  });
}
