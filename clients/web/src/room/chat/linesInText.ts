/** A stretch of text; with a file where it names one and a line in it, as `src/main.ts:12` or `src/main.ts:12:5`. */
export interface Stretch {
  readonly text: string;
  readonly place?: { readonly file: string; readonly line: number; readonly column: number };
}

const LINE = /:(\d{1,7})(?::(\d{1,5}))?(?![\w:])/g;
const OPENS = /[\s("'[<]/;
const mostWords = 12; // of one path: names of files and folders have spaces

/** Finds what stands for a line of a file. A name that is no file stays text. @param fileAt the file at a path, if one is there */
export function linesInText(text: string, fileAt: (path: string) => string | undefined): readonly Stretch[] {
  const out: Stretch[] = [];
  let at = 0;
  for (const found of text.matchAll(LINE)) {
    const named = pathBefore(text, at, found.index, fileAt);
    if (!named) continue;
    const end = found.index + found[0].length;
    const place = { file: named.file, line: Number(found[1]), column: Number(found[2] ?? 1) };
    if (named.from > at) out.push({ text: text.slice(at, named.from) });
    out.push({ text: text.slice(named.from, end), place });
    at = end;
  }
  if (at < text.length) out.push({ text: text.slice(at) });
  return out;
}

/** The longest path that ends here: it begins where the text does, or behind a space, a bracket or a quotation mark. */
function pathBefore(text: string, least: number, end: number, fileAt: (path: string) => string | undefined) {
  let best: { file: string; from: number } | undefined;
  let words = 0;
  for (let from = end - 1; from >= least && words < mostWords; from--) {
    if (from > least && !OPENS.test(text[from - 1]!)) continue;
    words++;
    const file = fileAt(text.slice(from, end));
    if (file !== undefined) best = { file, from };
    if (text[from - 1] === "\n") break;
  }
  return best;
}
