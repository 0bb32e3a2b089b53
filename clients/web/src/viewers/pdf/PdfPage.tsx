import { useEffect, useRef, useState } from "react";
import { type Hit, pageText, stretchesOf } from "./find.ts";
import { colour } from "./highlights.ts";
import type { Size } from "./layout.ts";
import own from "./Pdf.module.css";
import {
  draw,
  isCancelled,
  layText,
  linksOf,
  type Page,
  type PageLink,
  type Pdf,
  piecesOf,
  type Words,
} from "./Pdf.ts";

const pauseMs = 60; // pages that only fly past are not drawn

interface PdfPageProps {
  readonly pdf: Pdf;
  /** From 0. */
  readonly nth: number;
  readonly size: Size;
  readonly top: number;
  readonly scale: number;
  readonly hits: readonly Hit[];
  readonly current: Hit | undefined;
  /** Each new one asks for the current hit to be brought into view. */
  readonly wish: string | undefined;
  readonly onSize: (nth: number, size: Size) => void;
  readonly onReveal: (range: Range, wish: string) => void;
  readonly onGo: (page: number) => void;
}

interface Laid {
  readonly words: Words;
  readonly elements: readonly HTMLElement[];
}

/** One page near the view: its picture, its text over it to be selected, and its links. */
export function PdfPage({ pdf, nth, size, top, scale, hits, current, wish, onSize, onReveal, onGo }: PdfPageProps) {
  const [page, setPage] = useState<Page>();
  const [failed, setFailed] = useState(false);
  const [laid, setLaid] = useState<Laid>();
  const [links, setLinks] = useState<readonly PageLink[]>([]);
  const picture = useRef<HTMLDivElement>(null);
  const text = useRef<HTMLDivElement>(null);

  useEffect(() => {
    let gone = false;
    let mine: Page | undefined;
    const fetch = async () => {
      mine = await pdf.page(nth);
      if (gone) return;
      const { width, height } = mine.getViewport({ scale: 1 });
      onSize(nth, { width, height });
      setPage(mine);
    };
    const timer = setTimeout(() => fetch().catch(() => gone || setFailed(true)), pauseMs);
    return () => {
      gone = true;
      clearTimeout(timer);
      mine?.cleanup();
    };
  }, [pdf, nth, onSize]);

  useEffect(() => {
    if (!page) return;
    let stop: (() => void) | undefined;
    const paint = async () => {
      const { canvas, done, stop: cancel } = draw(page, scale, devicePixelRatio);
      stop = cancel;
      try {
        await done;
        const old = picture.current?.querySelector("canvas");
        picture.current?.replaceChildren(canvas);
        if (old) old.width = old.height = 0; // gives its memory back at once
      } catch (error) {
        if (!isCancelled(error)) setFailed(true);
      }
    };
    const timer = setTimeout(() => void paint(), picture.current?.firstChild ? pauseMs : 0);
    return () => {
      clearTimeout(timer);
      stop?.();
    };
  }, [page, scale]);

  useEffect(() => {
    const container = text.current;
    if (!page || !container) return;
    let gone = false;
    const lay = async () => {
      const words = await page.getTextContent();
      if (gone) return;
      container.replaceChildren();
      const elements = await layText(page, words, container);
      if (!gone) setLaid({ words, elements });
      const found = await linksOf(page);
      if (!gone) setLinks(found);
    };
    lay().catch(() => {}); // the picture is there all the same
    return () => {
      gone = true;
    };
  }, [page]);

  useEffect(() => {
    if (!laid || hits.length === 0) return;
    const pieces = piecesOf(laid.words);
    const whole = pageText(pieces);
    const rangesOf = (hit: Hit) =>
      stretchesOf(whole, pieces, hit).flatMap((each) => rangeIn(laid.elements, each) ?? []);
    const others = hits.filter((hit) => hit !== current).flatMap(rangesOf);
    const mine = current ? rangesOf(current) : [];
    if (mine[0] && wish !== undefined) onReveal(mine[0], wish);
    return colour(others, mine);
  }, [laid, hits, current, wish, onReveal]);

  useEffect(() => {
    const host = picture.current;
    return () => {
      const canvas = host?.querySelector("canvas");
      if (canvas) canvas.width = canvas.height = 0;
    };
  }, []);

  const style = { top, width: size.width * scale, height: size.height * scale };
  return (
    <section className={own.page} style={style} aria-label={`Page ${nth + 1}`} data-page={nth + 1}>
      <div ref={picture} className={own.picture} aria-hidden />
      <div ref={text} className={own.text} style={{ "--total-scale-factor": scale } as React.CSSProperties} />
      {links.map((link) => (
        <PdfLink key={`${link.left} ${link.top} ${link.url}`} link={link} pdf={pdf} onGo={onGo} />
      ))}
      {failed && <p className={own.failed}>This page cannot be drawn.</p>}
    </section>
  );
}

function PdfLink({ link, pdf, onGo }: { link: PageLink; pdf: Pdf; onGo: (page: number) => void }) {
  const { url, dest, ...box } = link;
  const style = Object.fromEntries(Object.entries(box).map(([side, part]) => [side, `${part * 100}%`]));
  if (url !== undefined)
    return (
      <a className={own.link} style={style} href={url} title={url} target="_blank" rel="noopener noreferrer">
        <span className="visually-hidden">{url}</span>
      </a>
    );
  const go = async () => {
    const page = await pdf.target(dest!).catch(() => undefined);
    if (page !== undefined) onGo(page);
  };
  return <button type="button" className={own.link} style={style} aria-label="Go there" onClick={() => void go()} />;
}

function rangeIn(
  elements: readonly HTMLElement[],
  { piece, from, to }: { piece: number; from: number; to: number },
): Range | undefined {
  const node = elements[piece]?.firstChild;
  if (!(node instanceof Text) || node.length < to) return undefined;
  const range = document.createRange();
  range.setStart(node, from);
  range.setEnd(node, to);
  return range;
}
