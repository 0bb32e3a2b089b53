import { IconChevronDown, IconChevronUp, IconSearch } from "@tabler/icons-react";
import { type KeyboardEvent, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { Strip } from "../../app/Strip.tsx";
import { Act, Bar, Zoom } from "../Bar.tsx";
import { Pager } from "../Pager.tsx";
import type { Shown } from "../Shown.ts";
import { Stage } from "../Stage.tsx";
import { useWheelZoom } from "../useWheelZoom.ts";
import classes from "../Viewer.module.css";
import { stepped, type ZoomWish, zoomKey } from "../zoom.ts";
import { FindBar } from "./FindBar.tsx";
import type { Hit } from "./find.ts";
import own from "./Pdf.module.css";
import { mostPages, type Pdf } from "./Pdf.ts";
import { PdfPage } from "./PdfPage.tsx";
import { useColumn } from "./useColumn.ts";
import { useFind } from "./useFind.ts";

const none: readonly Hit[] = [];

/** A PDF's pages, of which those near the view alone are drawn, and what one can do with them. */
export function PdfDocument({ pdf, shown }: { pdf: Pdf; shown: Shown }) {
  const stage = useRef<HTMLDivElement>(null);
  const { column, scale, sizes, drawn, current, go, zoomTo, learn, onScroll } = useColumn(pdf, stage);
  const [finding, setFinding] = useState(false);
  const [words, setWords] = useState("");
  const found = useFind(pdf, finding ? words : "");
  const [at, setAt] = useState<Hit>();
  const [asked, setAsked] = useState(0); // how often one stepped to a place
  const box = useRef<HTMLInputElement>(null);

  const byPage = useMemo(() => byPageOf(found.hits), [found.hits]);
  const hit = found.hits.find((each) => each.page === at?.page && each.from === at.from && each.to === at.to);

  // The first hit from where one reads, as soon as there is one.
  const reading = useRef(current);
  reading.current = current;
  useEffect(() => {
    if (hit || found.hits.length === 0) return;
    const next = found.hits.find(({ page }) => page >= reading.current) ?? (found.done ? found.hits[0] : undefined);
    if (next) setAt(next);
  }, [hit, found]);

  // To its page first; once that is there, to the place on it: once for each wish, so that one can scroll away from it.
  const wish = hit && `${asked} ${hit.page} ${hit.from}`;
  const approach = useRef<() => void>(undefined);
  approach.current = () => hit && (hit.page < drawn[0] || hit.page > drawn[1]) && go(hit.page);
  useEffect(() => {
    if (wish !== undefined) approach.current?.();
  }, [wish]);

  const revealed = useRef<string>(undefined);
  const reveal = useCallback((range: Range, wish: string) => {
    const element = stage.current;
    if (!element || revealed.current === wish) return;
    revealed.current = wish;
    const place = range.getBoundingClientRect();
    const view = element.getBoundingClientRect();
    if (place.top < view.top + 8 || place.bottom > view.bottom - 8)
      element.scrollTop += place.top - view.top - view.height * 0.35;
    if (place.left < view.left || place.right > view.right) element.scrollLeft += place.left - view.left - 24;
  }, []);

  const step = (by: number) => {
    const { hits } = found;
    if (hits.length === 0) return;
    const nth = hit ? hits.indexOf(hit) : by > 0 ? -1 : 0;
    setAt(hits[(nth + by + hits.length) % hits.length]);
    setAsked(asked + 1);
  };

  const zoom = (wish: ZoomWish) =>
    zoomTo(wish === "fit" ? wish : wish === "actual" ? 1 : stepped(scale, wish === "in"));

  useWheelZoom(stage, (by, x, y) => zoomTo(scale * by, x, y));

  const find = () => {
    setFinding(true);
    requestAnimationFrame(() => box.current?.select());
  };
  const endFinding = () => {
    setFinding(false);
    stage.current?.focus({ preventScroll: true });
  };

  const onKey = (event: KeyboardEvent) => {
    const done = () => {
      event.preventDefault();
      event.stopPropagation();
    };
    if ((event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === "f") {
      done();
      return find();
    }
    if (event.target instanceof HTMLInputElement) return;
    const pages = { PageDown: 1, PageUp: -1 }[event.key];
    const asked = zoomKey(event);
    if (event.altKey && pages !== undefined) {
      done();
      go(current + pages);
    } else if (asked) {
      done();
      zoom(asked);
    }
  };

  const [first, last] = drawn;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys of what is inside
    <div className={classes.viewer} onKeyDown={onKey}>
      <Bar shown={shown}>
        <Pager
          what="page"
          at={current}
          of={pdf.pages}
          before={<IconChevronUp size={18} />}
          behind={<IconChevronDown size={18} />}
          onGo={go}
        />
        <Zoom scale={scale} fit="Fit the width" onZoom={zoom} />
        <Act label="Find in this PDF" keys="Ctrl+F" icon={<IconSearch size={18} />} onClick={find} />
      </Bar>
      {finding && (
        <FindBar
          box={box}
          words={words}
          count={found.hits.length}
          nth={hit ? found.hits.indexOf(hit) + 1 : 0}
          done={found.done}
          onWords={(text) => {
            setWords(text);
            setAt(undefined);
          }}
          onStep={step}
          onEnd={endFinding}
        />
      )}
      {pdf.cut && <Strip>Of this PDF, the first {mostPages.toLocaleString()} pages are shown.</Strip>}
      <Stage ref={stage} className={own.stage} label={`Pages of ${shown.name}`} onScroll={onScroll}>
        <div className={own.column} style={{ height: column.height, minWidth: column.width }}>
          {Array.from({ length: last - first + 1 }, (_, nth) => first + nth).map((nth) => (
            <PdfPage
              key={nth}
              pdf={pdf}
              nth={nth}
              size={sizes[nth] ?? pdf.first}
              top={column.top(nth)}
              scale={scale}
              hits={byPage.get(nth) ?? none}
              current={hit?.page === nth ? hit : undefined}
              wish={hit?.page === nth ? wish : undefined}
              onSize={learn}
              onReveal={reveal}
              onGo={go}
            />
          ))}
        </div>
      </Stage>
    </div>
  );
}

function byPageOf(hits: readonly Hit[]): ReadonlyMap<number, readonly Hit[]> {
  const pages = new Map<number, Hit[]>();
  for (const hit of hits) {
    const there = pages.get(hit.page);
    if (there) there.push(hit);
    else pages.set(hit.page, [hit]);
  }
  return pages;
}
