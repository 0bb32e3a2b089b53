import type { Problem } from "./Problem.ts";
import { longestLine } from "./ProblemReader.ts";
import type { RunFiles } from "./RunFiles.ts";

/** A place in a file of the room that a line of a terminal names. */
export interface PlaceLink extends Pick<Problem, "file" | "path" | "line" | "column"> {
  /** Where in the line, from 0, and how many letters. */
  readonly start: number;
  readonly length: number;
}

const places = [
  /File "(?<path>[^"]{1,300})", line (?<line>\d{1,7})/g,
  /(?<path>[^\s:"'`()[\]<>|,]{1,300})(?::(?:line )?(?<line>\d{1,7})(?::(?<column>\d{1,7}))?|\((?<line2>\d{1,7}),(?<column2>\d{1,7})\))/g,
];

export function linksIn(text: string, files: RunFiles): readonly PlaceLink[] {
  if (text.length > longestLine) return [];
  return places.flatMap((pattern) =>
    [...text.matchAll(pattern)].flatMap((match) => {
      const { path, line, line2, column, column2 } = match.groups!;
      const found = files.find(path!) ?? files.named(path!);
      if (found === undefined) return [];
      const at = column ?? column2;
      const place = { ...found, line: Number(line ?? line2), column: at === undefined ? undefined : Number(at) };
      return [{ ...place, start: match.index, length: match[0].length }];
    }),
  );
}
