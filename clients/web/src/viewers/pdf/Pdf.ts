import * as pdfjs from "pdfjs-dist/legacy/build/pdf.mjs";
import workerUrl from "pdfjs-dist/legacy/build/pdf.worker.min.mjs?url";
import { unloaded } from "../../app/unloaded.ts";
import { pageText } from "./find.ts";
import type { Size } from "./layout.ts";

export type Page = pdfjs.PDFPageProxy;
export type Words = Awaited<ReturnType<Page["getTextContent"]>>;

/** A document may claim any number. */
export const mostPages = 10_000;
const mostPixels = 16_000_000; // of one canvas

/** A link on a page: where it stands, in parts of the page, and where it leads. */
export interface PageLink {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly url?: string;
  readonly dest?: string | unknown[];
}

/** What PDF.js throws where it was told to stop. */
export const isCancelled = (error: unknown): boolean =>
  error instanceof pdfjs.RenderingCancelledException || error instanceof pdfjs.AbortException;

/**
 * A PDF that is read in a worker of its own, which ends with it. Nothing of it runs: neither its scripts nor its XFA forms are looked at; what it
 * needs beside itself (code maps, symbol fonts, decoders) comes from our own server.
 */
export class Pdf {
  readonly pages: number;
  readonly cut: boolean;
  readonly first: Size;
  readonly #document: pdfjs.PDFDocumentProxy;
  readonly #worker: Worker;
  readonly #texts = new Map<number, string>();

  private constructor(document: pdfjs.PDFDocumentProxy, worker: Worker, first: Size) {
    this.#document = document;
    this.#worker = worker;
    this.first = first;
    this.pages = Math.min(document.numPages, mostPages);
    this.cut = document.numPages > mostPages;
  }

  /** @throws Error that says to a person what is wrong with it, and the signal's reason */
  static async open(bytes: Uint8Array, signal: AbortSignal): Promise<Pdf> {
    const worker = new Worker(workerUrl, { type: "module" });
    const end = () => worker.terminate();
    try {
      const parts = new URL(`assets/pdfjs-${pdfjs.version}/`, document.baseURI).href;
      const task = pdfjs.getDocument({
        data: bytes.slice(), // it is given away to the worker
        worker: pdfjs.PDFWorker.create({ port: worker }),
        cMapUrl: parts,
        standardFontDataUrl: parts,
        wasmUrl: parts,
        iccUrl: parts,
        useWorkerFetch: true,
        enableXfa: false,
        verbosity: pdfjs.VerbosityLevel.ERRORS,
      });
      const opened = await Promise.race([task.promise, failing(worker), aborted(signal)]);
      const { width, height } = (await opened.getPage(1)).getViewport({ scale: 1 });
      signal.throwIfAborted();
      return new Pdf(opened, worker, { width, height });
    } catch (error) {
      end();
      throw signal.aborted ? signal.reason : error instanceof NotLoaded ? error : new Error(wordsOf(error));
    }
  }

  /** @param nth from 0 */
  async page(nth: number): Promise<Page> {
    return await this.#document.getPage(nth + 1);
  }

  /** A page's text as it is searched. */
  async text(nth: number): Promise<string> {
    const known = this.#texts.get(nth);
    if (known !== undefined) return known;
    const page = await this.page(nth);
    const { text } = pageText(piecesOf(await page.getTextContent()));
    this.#texts.set(nth, text);
    return text;
  }

  /** The page that a link within the document leads to, from 0. */
  async target(dest: string | unknown[]): Promise<number | undefined> {
    const explicit = typeof dest === "string" ? await this.#document.getDestination(dest) : dest;
    const page = explicit?.[0];
    if (typeof page === "number") return page;
    return page ? await this.#document.getPageIndex(page as { num: number; gen: number }) : undefined;
  }

  close(): void {
    void this.#document.loadingTask.destroy().catch(() => {});
    this.#worker.terminate();
  }
}

/** Draws a page on a canvas of its own. @throws what `isCancelled` knows once it was told to stop */
export function draw(
  page: Page,
  scale: number,
  density: number,
): { canvas: HTMLCanvasElement; done: Promise<void>; stop: () => void } {
  const viewport = page.getViewport({ scale });
  const { width, height } = viewport;
  const dense = Math.min(density, Math.sqrt(mostPixels / (width * height)));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.floor(width * dense));
  canvas.height = Math.max(1, Math.floor(height * dense));
  const task = page.render({ canvas, viewport, transform: [dense, 0, 0, dense, 0, 0] });
  return { canvas, done: task.promise, stop: () => task.cancel() };
}

/** Lays a page's text over it, unseen, to be selected. @returns one element for each of its pieces */
export async function layText(page: Page, words: Words, container: HTMLElement): Promise<readonly HTMLElement[]> {
  const layer = new pdfjs.TextLayer({ textContentSource: words, container, viewport: page.getViewport({ scale: 1 }) });
  await layer.render();
  return layer.textDivs;
}

/** What of a page's text has letters; marks that stand between them are left out, as in the elements of `layText`. */
export function piecesOf(words: Words): { str: string; hasEOL: boolean }[] {
  return words.items.filter((item) => "str" in item);
}

/** Links that lead on within the document, or to the web; of others PDF.js makes none. */
export async function linksOf(page: Page): Promise<PageLink[]> {
  const viewport = page.getViewport({ scale: 1 });
  const found: PageLink[] = [];
  for (const each of await page.getAnnotations({ intent: "display" })) {
    const { subtype, rect, url, dest } = each as {
      subtype: string;
      rect: number[];
      url?: string;
      dest?: string | unknown[];
    };
    const web = url !== undefined && /^(https?|mailto):/i.test(url) ? url : undefined;
    if (subtype !== "Link" || (web === undefined && !dest)) continue;
    const [x1, y1] = viewport.convertToViewportPoint(rect[0]!, rect[1]!) as [number, number];
    const [x2, y2] = viewport.convertToViewportPoint(rect[2]!, rect[3]!) as [number, number];
    found.push({
      left: Math.min(x1, x2) / viewport.width,
      top: Math.min(y1, y2) / viewport.height,
      width: Math.abs(x2 - x1) / viewport.width,
      height: Math.abs(y2 - y1) / viewport.height,
      ...(web === undefined ? { dest: dest! } : { url: web }),
    });
  }
  return found;
}

function wordsOf(error: unknown): string {
  if (error instanceof pdfjs.PasswordException)
    return "This PDF is protected by a password, which cannot be entered here. Download it to open it elsewhere.";
  if (error instanceof pdfjs.InvalidPDFException || error instanceof pdfjs.ResponseException)
    return "This PDF is damaged or incomplete: it cannot be shown.";
  return "This PDF cannot be shown: it is damaged, or of a kind that is not known here.";
}

/** Another try may help. */
export class NotLoaded extends Error {}

function failing(worker: Worker): Promise<never> {
  return new Promise((_, reject) => {
    worker.addEventListener("error", () => reject(new NotLoaded(unloaded)), { once: true });
  });
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}
