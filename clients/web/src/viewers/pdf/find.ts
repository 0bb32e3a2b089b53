/** What PDF.js tells of a page's text: pieces as the document wrote them. */
export interface Piece {
  readonly str: string;
  readonly hasEOL: boolean;
}

/** A page's text as it is searched: folded, any white space one space, and where each of its letters came from. */
export interface PageText {
  readonly text: string;
  /** Of each letter: the piece, and the place in it. */
  readonly piece: Uint32Array;
  readonly place: Uint32Array;
}

/** A stretch of one piece that belongs to a hit. */
export interface Stretch {
  readonly piece: number;
  readonly from: number;
  readonly to: number;
}

export interface Hit {
  /** From 0. */
  readonly page: number;
  /** In the page's folded text. */
  readonly from: number;
  readonly to: number;
}

/** More are not counted. */
export const mostHits = 5_000;

export function pageText(pieces: readonly Piece[]): PageText {
  let text = "";
  let spaced = true;
  const piece: number[] = [];
  const place: number[] = [];
  const add = (letters: string, nth: number, at: number) => {
    for (const letter of letters) {
      const space = /\s/.test(letter);
      if (space && spaced) continue;
      spaced = space;
      text += space ? " " : letter;
      for (let unit = 0; unit < letter.length; unit++) {
        piece.push(nth);
        place.push(at);
      }
    }
  };
  pieces.forEach(({ str, hasEOL }, nth) => {
    let at = 0;
    for (const letter of str) {
      add(folded(letter), nth, at);
      at += letter.length;
    }
    if (hasEOL) add(" ", nth, str.length);
  });
  return { text, piece: Uint32Array.from(piece), place: Uint32Array.from(place) };
}

/** Where the words stand, however they are written and wherever lines break. */
export function findIn(text: string, words: string, page: number): Hit[] {
  const wanted = [...words.trim().replaceAll(/\s+/g, " ")].map(folded).join("");
  const hits: Hit[] = [];
  if (wanted === "") return hits;
  for (let from = text.indexOf(wanted); from >= 0; from = text.indexOf(wanted, from + wanted.length)) {
    hits.push({ page, from, to: from + wanted.length });
    if (hits.length === mostHits) break;
  }
  return hits;
}

/** What of which pieces a hit covers. */
export function stretchesOf({ piece, place }: PageText, pieces: readonly Piece[], { from, to }: Hit): Stretch[] {
  const found: Stretch[] = [];
  for (let at = from; at < to; at++) {
    const [nth, start] = [piece[at]!, place[at]!];
    const end = Math.min(start + (pieces[nth]!.str.codePointAt(start)! > 0xffff ? 2 : 1), pieces[nth]!.str.length);
    const last = found.at(-1);
    if (last?.piece === nth) found[found.length - 1] = { ...last, to: Math.max(last.to, end) };
    else found.push({ piece: nth, from: start, to: end });
  }
  return found.filter((stretch) => stretch.from < stretch.to);
}

/** Without case and accents. */
function folded(letter: string): string {
  return letter.normalize("NFKD").replaceAll(/\p{M}/gu, "").toLowerCase();
}
