import Papa from "papaparse";

/** Rows of a table that are read; columns of a row. */
export const mostRows = 500_000;
export const mostColumns = 200;

export interface TableText {
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Whether there are more than could be read. */
  readonly cut: boolean;
}

/** The cells of a text with commas, tabs, semicolons or bars between them; the first row is the header. @param name of its file */
export function tableOf(text: string, name: string): TableText {
  const tabs = /\.(tsv|tab)$/i.test(name);
  const { data } = Papa.parse<string[]>(text.replace(/^\ufeff/, ""), {
    ...(tabs && { delimiter: "\t" }),
    delimitersToGuess: [",", ";", "\t", "|"],
    skipEmptyLines: true,
    preview: mostRows + 2,
  });
  const [first = [], ...rows] = data;
  const widest = rows.reduce((most, row) => Math.max(most, row.length), first.length);
  const columns = Math.min(widest, mostColumns);
  const header = Array.from({ length: columns }, (_, nth) => first[nth] ?? "");
  const cut = rows.length > mostRows || widest > mostColumns;
  return { header, rows: rows.slice(0, mostRows).map((row) => row.slice(0, mostColumns)), cut };
}
