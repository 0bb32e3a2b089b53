import { type RefObject, useCallback, useLayoutEffect, useMemo, useRef, useState } from "react";
import { useView } from "../useView.ts";
import { clampZoom } from "../zoom.ts";
import { Column, gap, type Place, type Size } from "./layout.ts";
import type { Pdf } from "./Pdf.ts";

const mostFitted = 2.5;

export interface Pages {
  readonly column: Column;
  readonly scale: number;
  readonly sizes: readonly Size[];
  /** The first and the last page to draw, from 0. */
  readonly drawn: readonly [first: number, last: number];
  /** The one that is read, from 0. */
  readonly current: number;
  readonly go: (page: number) => void;
  /** @param x on the screen, as y: what keeps its place; else what is on top in the middle does */
  readonly zoomTo: (scale: number | "fit", x?: number, y?: number) => void;
  readonly learn: (page: number, size: Size) => void;
  readonly onScroll: () => void;
}

/** The pages of a document in one scrolling column, at a scale; what one reads stays where it is when sizes change. */
export function useColumn(pdf: Pdf, stage: RefObject<HTMLDivElement | null>): Pages {
  const view = useView(stage);
  const [sizes, setSizes] = useState<readonly Size[]>(() => Array.from({ length: pdf.pages }, () => pdf.first));
  const [wish, setWish] = useState<number | "fit">("fit");
  const [scrollTop, setScrollTop] = useState(0);
  const [gone, setGone] = useState<{ page: number; top: number }>(); // where one went, until one scrolls
  const kept = useRef<{ place: Place; under: number }>(undefined);
  const across = useRef<{ part: number; x: number }>(undefined); // of the width, and where in the view, while it is zoomed

  const fitting = view ? Math.min(mostFitted, (view.width - 2 * gap) / pdf.first.width) : 1;
  const scale = wish === "fit" ? clampZoom(fitting) : wish;
  const column = useMemo(() => new Column(sizes, scale), [sizes, scale]);
  const height = view?.height ?? 0;

  useLayoutEffect(() => {
    if (!stage.current || !kept.current) return;
    stage.current.scrollTop = column.yOf(kept.current.place) - kept.current.under;
    if (across.current) stage.current.scrollLeft = across.current.part * stage.current.scrollWidth - across.current.x;
    across.current = undefined;
  }, [column, stage]);

  const onScroll = () => {
    if (!stage.current) return;
    const top = stage.current.scrollTop;
    const held = kept.current;
    if (!held || Math.abs(column.yOf(held.place) - held.under - top) > 1)
      kept.current = { place: column.placeAt(top), under: 0 };
    setScrollTop(top);
    if (gone && Math.abs(gone.top - top) > 1) setGone(undefined);
  };

  const go = useCallback(
    (page: number) => {
      const element = stage.current;
      if (!element) return;
      const nth = Math.min(Math.max(0, page), pdf.pages - 1);
      kept.current = { place: { page: nth, down: 0 }, under: gap };
      element.scrollTop = column.top(nth) - gap;
      setGone({ page: nth, top: element.scrollTop });
      setScrollTop(element.scrollTop);
    },
    [column, pdf, stage],
  );

  const zoomTo = (to: number | "fit", x?: number, y?: number) => {
    const element = stage.current;
    if (element) {
      const box = element.getBoundingClientRect();
      const under = y === undefined ? 0 : y - box.top;
      const left = x === undefined ? element.clientWidth / 2 : x - box.left;
      across.current = { part: (element.scrollLeft + left) / element.scrollWidth, x: left };
      kept.current = { place: column.placeAt(element.scrollTop + under), under };
    }
    setGone(undefined);
    setWish(to === "fit" ? to : clampZoom(to));
  };

  const learn = useCallback((page: number, size: Size) => {
    setSizes((before) => {
      const old = before[page];
      return !old || (old.width === size.width && old.height === size.height) ? before : before.with(page, size);
    });
  }, []);

  const current = gone?.page ?? column.pageAt(scrollTop + height * 0.4);
  return { column, scale, sizes, drawn: column.drawn(scrollTop, height), current, go, zoomTo, learn, onScroll };
}
