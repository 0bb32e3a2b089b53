import type { IDisposable, ILink, Terminal } from "@xterm/xterm";
import { linksIn, type PlaceLink } from "./links.ts";
import type { RunFiles } from "./RunFiles.ts";

interface Wishes {
  readonly files: () => RunFiles | undefined;
  readonly onPlace: (place: PlaceLink) => void;
  /** Where it leads, and nothing where the pointer is on none any more. */
  readonly tip: (text?: string) => void;
}

/** Makes places in the room's files links, also where a line is too long for the terminal. */
export function placeLinks(terminal: Terminal, { files, onPlace, tip }: Wishes): IDisposable {
  return terminal.registerLinkProvider({
    provideLinks: (row, give) => {
      const those = files();
      if (those === undefined) {
        give(undefined);
        return;
      }
      const { text, cells } = wholeLine(terminal, row);
      const links = linksIn(text, those).map((place): ILink => {
        const last = cells[place.start + place.length - 1]!;
        return {
          text: text.slice(place.start, place.start + place.length),
          range: { start: cells[place.start]!, end: last },
          activate: () => onPlace(place),
          hover: () => tip(`Open ${place.path}, line ${place.line}`),
          leave: () => tip(),
        };
      });
      give(links.length > 0 ? links : undefined);
    },
  });
}

const mostRows = 50;

/** The line that a row belongs to, and for each of its letters the cell, from 1. */
function wholeLine({ buffer, cols }: Terminal, row: number) {
  const { active } = buffer;
  let first = row - 1;
  while (first > 0 && row - first < mostRows && active.getLine(first)?.isWrapped) first -= 1;
  let text = "";
  const cells: { readonly x: number; readonly y: number }[] = [];
  for (let y = first; y === first || (active.getLine(y)?.isWrapped && y - first < mostRows); y++) {
    const line = active.getLine(y);
    for (let x = 0; x < cols; x++) {
      const cell = line?.getCell(x);
      if (cell === undefined || cell.getWidth() === 0) continue; // the second half of a wide letter
      const letters = cell.getChars() || " ";
      text += letters;
      for (const _ of Array.from({ length: letters.length })) cells.push({ x: x + 1, y: y + 1 });
    }
  }
  return { text, cells };
}
