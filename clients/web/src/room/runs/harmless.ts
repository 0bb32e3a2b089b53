import type { IDisposable, Terminal } from "@xterm/xterm";

/**
 * What a program says to a terminal and this one does not do. A program may draw, move the cursor and ask where it is; it may not
 * name the page, reach the clipboard, change colours or the window, or make the terminal type: whatever it answers would go to the program as if
 * a person had typed it, from each page that watches.
 *
 * Always: all sequences to which xterm answers are here (its own `triggerDataEvent`); the cursor's place alone is answered, and only where
 * `answers` says so.
 */
export function tame(terminal: Terminal, answers: () => boolean): IDisposable[] {
  const { parser } = terminal;
  const swallow = () => true;
  const unlessAnswered = (params: (number | number[])[]) => params[0] !== 6 || !answers();
  const ends: IDisposable[] = [];
  for (const ident of titles.concat(colours, clipboard)) ends.push(parser.registerOscHandler(ident, swallow));
  for (const id of reports) ends.push(parser.registerCsiHandler(id, swallow));
  ends.push(
    parser.registerCsiHandler({ final: "n" }, unlessAnswered),
    parser.registerDcsHandler({ intermediates: "$", final: "q" }, swallow),
    parser.registerDcsHandler({ intermediates: "+", final: "q" }, swallow),
    // Focus that comes and goes is nothing that anybody typed.
    parser.registerCsiHandler({ prefix: "?", final: "h" }, (params) => params.includes(1004)),
  );
  return ends;
}

const titles = [0, 1, 2];
const colours = [4, 5, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 104, 105, 110, 111, 112];
const clipboard = [52];

/** Who are you, what can you do, how is this set, where is the window. */
const reports = [
  { final: "c" },
  { prefix: ">", final: "c" },
  { prefix: "=", final: "c" },
  { prefix: ">", final: "q" },
  { prefix: "?", final: "n" },
  { intermediates: "$", final: "p" },
  { prefix: "?", intermediates: "$", final: "p" },
  { final: "t" },
  { prefix: ">", final: "t" },
] as const;

/** A pasted text that cannot end its own brackets: what stands behind them would count as typed. */
export function pastable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escape is what is taken out
  return text.replace(/[\u001b\u009b]/g, "");
}

/** Where a link leads, or undefined where it is none that a page opens. */
export function address(link: string): URL | undefined {
  const url = URL.canParse(link) ? new URL(link) : undefined;
  return url?.protocol === "http:" || url?.protocol === "https:" ? url : undefined;
}
