const known = typeof Highlight === "function" && "highlights" in CSS;

/** What is found is coloured by the browser, over all documents that lie open; no element is changed for it. */
const all = known ? new Highlight() : undefined;
const one = known ? new Highlight() : undefined;
if (all && one) {
  CSS.highlights.set("pdf-hit", all);
  one.priority = 1;
  CSS.highlights.set("pdf-hit-current", one);
}

/** Colours ranges until what is returned is called. @param current the one that is gone to, of several pieces */
export function colour(hits: readonly Range[], current: readonly Range[]): () => void {
  for (const range of hits) all?.add(range);
  for (const range of current) one?.add(range);
  return () => {
    for (const range of hits) all?.delete(range);
    for (const range of current) one?.delete(range);
  };
}
