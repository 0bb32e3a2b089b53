import { useEffect, useState } from "react";
import { findIn, type Hit, mostHits } from "./find.ts";
import type { Pdf } from "./Pdf.ts";

const pauseMs = 200; // after the last key
const tellMs = 150;

export interface Found {
  readonly hits: readonly Hit[];
  /** Whether all pages were looked through. */
  readonly done: boolean;
}

const nothing: Found = { hits: [], done: true };

/** Where words stand in all pages, in their order; what is found is told as it is found. */
export function useFind(pdf: Pdf, words: string): Found {
  const [found, setFound] = useState(nothing);
  useEffect(() => {
    if (words.trim() === "") {
      setFound(nothing);
      return;
    }
    let gone = false;
    const look = async () => {
      const hits: Hit[] = [];
      let told = 0;
      for (let page = 0; page < pdf.pages && hits.length < mostHits; page++) {
        const text = await pdf.text(page).catch(() => ""); // a page that cannot be read has no words
        if (gone) return;
        hits.push(...findIn(text, words, page).slice(0, mostHits - hits.length));
        if (performance.now() - told < tellMs) continue;
        told = performance.now();
        setFound({ hits: [...hits], done: false });
      }
      setFound({ hits, done: true });
    };
    setFound((before) => ({ ...before, done: false }));
    const timer = setTimeout(() => void look(), pauseMs);
    return () => {
      gone = true;
      clearTimeout(timer);
    };
  }, [pdf, words]);
  return found;
}
