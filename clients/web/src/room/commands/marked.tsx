import type { ReactNode } from "react";

/** A piece of a text, with the letters that were asked for set off. */
export function marked(text: string, marks: readonly number[], from: number, to: number): ReactNode {
  const pieces: ReactNode[] = [];
  let done = from;
  for (let nth = 0; nth < marks.length; nth += 2) {
    const [begin, end] = [Math.max(marks[nth]!, done), Math.min(marks[nth + 1]!, to)];
    if (begin >= end) continue;
    pieces.push(text.slice(done, begin), <mark key={begin}>{text.slice(begin, end)}</mark>);
    done = end;
  }
  pieces.push(text.slice(done, to));
  return pieces;
}
