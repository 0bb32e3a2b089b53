import uFuzzy from "@leeoniya/ufuzzy";

/** Of more words than this each order would be too many to try: they are looked for as they come. */
const mostInAnyOrder = 3;
/** Where more than so many are found none is better than another: a letter or two were typed. */
const mostRanked = 2_000;

/** One that was found, and which letters of its text say so: pairs of begin and end, UTF-16 units. */
export interface Found<T> {
  readonly item: T;
  readonly marks: readonly number[];
}

const fuzzy = new uFuzzy({
  intraMode: 0,
  intraIns: Number.POSITIVE_INFINITY, // letters may be left out anywhere
  interLft: 0,
  intraChars: ".", // also at the end of a folder's name or of a word
  unicode: true,
  interSplit: "[^\\p{L}\\d']+",
  intraSplit: "\\p{Ll}\\p{Lu}",
  intraBound: "\\p{L}\\d|\\d\\p{L}|\\p{Ll}\\p{Lu}",
  intraContr: "'\\p{L}{1,2}\\b",
});

/**
 * The items whose text holds the words of what was typed, in any order, each with its letters in order; the best first. Nothing typed:
 * all, in their own order. What is called so, or lies under that name, stands before the rest. @param most how many are given at most
 */
export function find<T>(items: readonly T[], textOf: (item: T) => string, typed: string, most: number): Found<T>[] {
  const needle = typed.trim();
  if (needle === "") return unmarked(items, most);
  const texts = items.map(textOf);
  if (!/[\p{L}\d]/u.test(needle))
    return unmarked(
      items.filter((_, nth) => texts[nth]!.includes(needle)),
      most,
    );
  const [found, info, order] = fuzzy.search(texts, needle, mostInAnyOrder, mostRanked);
  if (!info || !order)
    return unmarked(
      (found ?? []).map((index) => items[index]!),
      most,
    );
  const name = needle.toLowerCase();
  const isIt = (at: number) => `/${texts[info.idx[at]!]!.toLowerCase()}`.endsWith(`/${name}`);
  const best = [...order.filter(isIt), ...order.filter((at) => !isIt(at))];
  return best.slice(0, most).map((at) => ({ item: items[info.idx[at]!]!, marks: info.ranges[at] ?? [] }));
}

function unmarked<T>(items: readonly T[], most: number): Found<T>[] {
  return items.slice(0, most).map((item) => ({ item, marks: [] }));
}
