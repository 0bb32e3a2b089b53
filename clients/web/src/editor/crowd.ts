/** How the name of one person, or how many more there are, is written in a row of tags. */
export interface Label {
  readonly key: string;
  readonly text: string;
  readonly colour: string | undefined;
  readonly typing: boolean;
}

export interface Tagged {
  readonly key: string;
  readonly name: string;
  readonly colour: string;
  readonly typing: boolean;
}

/** So many names stand in full in one row, and so many in one view. */
const namesInRow = 2;
const namesInView = 10;
/** Initials in one row; of more, the last place says how many. */
const initialsInRow = 5;

/** The tags of one row: names while few are about, initials in a crowd, a number where even those are too many. @param inView tags that show in all rows */
export function labelsOf(row: readonly Tagged[], inView: number): readonly Label[] {
  const full = row.length <= namesInRow && inView <= namesInView;
  if (full) return row.map(({ key, name, colour, typing }) => ({ key, text: name, colour, typing }));
  const shown = row.length > initialsInRow ? row.slice(0, initialsInRow - 1) : row;
  const labels: Label[] = shown.map(({ key, name, colour, typing }) => ({
    key,
    text: initialsOf(name),
    colour,
    typing,
  }));
  const more = row.length - shown.length;
  if (more > 0) labels.push({ key: "more", text: `+${more}`, colour: undefined, typing: false });
  return labels;
}

/** The first letters of the first two words. */
export function initialsOf(name: string): string {
  return [...name.matchAll(/(?:^|\s)([\p{L}\p{N}\p{S}])/gu)]
    .map((found) => found[1])
    .slice(0, 2)
    .join("")
    .toUpperCase();
}
