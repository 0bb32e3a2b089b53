import { Observable, type Said } from "@coterie/core";
import type { TerminalSize } from "@coterie/core/runs/RunCommand.ts";
import { FitAddon } from "@xterm/addon-fit";
import { SearchAddon } from "@xterm/addon-search";
import { WebLinksAddon } from "@xterm/addon-web-links";
import { type IDisposable, Terminal } from "@xterm/xterm";
import "@xterm/xterm/css/xterm.css";
import { copyText } from "../../app/copyText.ts";
import { attempt } from "../../app/toast.ts";
import { hasMod } from "../commands/keyNames.ts";
import { address, pastable, tame } from "./harmless.ts";
import { isOver } from "./isOver.ts";
import { foundColours, palette } from "./palette.ts";
import type { PlaceLink } from "./problems/links.ts";
import { placeLinks } from "./problems/placeLinks.ts";
import type { RunFiles } from "./problems/RunFiles.ts";
import type { ShownRun } from "./ShownRun.ts";
import { RemoteRun } from "./wandbox/RemoteRun.ts";

const scrollback = 5_000;
const mostSide = 1_000;
const letterSize = 13;
const leastLetterSize = 6;
const letters = {
  fontFamily: '"JetBrains Mono Variable", ui-monospace, monospace',
  fontSize: letterSize,
  lineHeight: 1.25,
};
const encoder = new TextEncoder();
const NEWLINE = 10;
const RETURN = 13;

interface Wishes {
  /** Somebody wants to open a link: it is asked about first. */
  readonly onLink: (link: URL) => void;
  readonly onPlace: (place: PlaceLink) => void;
  readonly onFind: () => void;
  /** Escape, where no program would hear it. */
  readonly onLeave: () => void;
  /** It fills its place. */
  readonly onSize: (size: TerminalSize) => void;
}

/** Where a search stands. */
export interface Found {
  /** Of the place that is marked, from 1 on; 0 where that is not counted. */
  readonly nth: number;
  /** Places, up to mostFound. */
  readonly count: number;
}

/** As many places are marked and counted. */
export const mostFound = 1_000;

interface Shown {
  readonly live: ShownRun;
  /** Whether it has no terminal of its own: what it says are lines. */
  readonly pipes: boolean;
  /** Those whose places are links. */
  readonly files: RunFiles | undefined;
}

/**
 * What a run says, in a real terminal; and what is typed here, for it. The compiler's words stand under a heading of their own. It answers
 * and reports nothing by itself but the cursor's place, and that only on the page that began the run.
 */
export class RunTerminal {
  readonly found = new Observable<Found>({ nth: 0, count: 0 });
  readonly #terminal: Terminal;
  readonly #fit = new FitAddon();
  readonly #search = new SearchAddon({ highlightLimit: mostFound });
  readonly #host: HTMLElement;
  readonly #onSize: (size: TerminalSize) => void;
  readonly #ends: (IDisposable | (() => void))[] = [];
  #shown: Shown | undefined;
  #by: Said["by"] | undefined;
  #saidFull = false;
  /** Pieces on their way to the screen that were shown before, or are of the run before: what they ask is not answered. */
  #old = 0;

  constructor(host: HTMLElement, { onLink, onPlace, onFind, onLeave, onSize }: Wishes) {
    this.#host = host;
    this.#onSize = onSize;
    const open = (text: string) => {
      const link = address(text);
      if (link) onLink(link);
    };
    this.#terminal = new Terminal({
      scrollback,
      ...letters,
      allowProposedApi: true, // by which a search marks what it found
      minimumContrastRatio: 4.5,
      theme: palette(),
      screenReaderMode: matchMedia("(forced-colors: active)").matches,
      linkHandler: { activate: (_, text) => open(text), hover: (_, text) => this.#tip(text), leave: () => this.#tip() },
    });
    const terminal = this.#terminal;
    terminal.loadAddon(this.#fit);
    terminal.loadAddon(this.#search);
    terminal.loadAddon(
      new WebLinksAddon((_, text) => open(text), {
        hover: (_, text) => this.#tip(text),
        leave: () => this.#tip(),
      }),
    );
    const files = () => this.#shown?.files;
    this.#ends.push(
      placeLinks(terminal, { files, onPlace, tip: (text) => this.#tip(text) }),
      ...tame(terminal, () => this.#begun && this.#types && this.#old === 0),
    );
    this.#ends.push(
      this.#search.onDidChangeResults(({ resultIndex, resultCount }) =>
        this.found.set({ nth: resultIndex + 1, count: resultCount }),
      ),
    );
    terminal.open(host);
    terminal.attachCustomKeyEventHandler((event) => this.#onKey(event, onFind, onLeave));
    host.addEventListener("paste", this.#onPaste, { capture: true });
    this.#ends.push(
      terminal.onData((typed) => this.#type(encoder.encode(typed))),
      terminal.onBinary((typed) => this.#type(Uint8Array.from(typed, (letter) => letter.charCodeAt(0)))),
      () => host.removeEventListener("paste", this.#onPaste, { capture: true }),
    );
    const sized = new ResizeObserver(() => this.fit());
    sized.observe(host);
    this.#ends.push(() => sized.disconnect());
    this.#ends.push(terminal.buffer.onBufferChange(() => this.#begun || this.fit()));
    void document.fonts.ready.then(() => this.fit());
  }

  /** Shows all that this run said and says, and nothing of any other one. Returns its end. */
  show(shown: Shown): () => void {
    const { live, pipes } = shown;
    const before = this.#shown;
    if (before !== undefined) this.#empty();
    this.#shown = shown;
    this.#by = undefined;
    this.#saidFull = false;
    this.#terminal.options.convertEol = pipes;
    const ends = [
      live.hand.subscribe(() => this.#look()),
      live.listen((said, isNew) => this.#write(said, isNew)),
      live.state.subscribe(() => {
        this.#look();
        if (!live.started) this.fit();
      }),
    ];
    if (before?.live.started && live.started) this.#tellSize();
    else this.fit();
    this.#look(); // last: what it sets may make the page's layout anew
    return () => {
      for (const end of ends) end();
    };
  }

  /** Behind what is still on its way to the screen. */
  #empty(): void {
    this.#search.clearDecorations();
    this.#old += 1;
    this.#terminal.write("\u001bc", () => {
      this.#old -= 1;
    });
  }

  /** Fills its place; where another page began the run, as that page has it. */
  fit(): void {
    if (this.#shown === undefined) return;
    const { live } = this.#shown;
    const { size } = live.state.get();
    if (size && !live.started) {
      this.#fitTo(size);
      return;
    }
    const own = this.#room();
    if (own === undefined) return;
    this.#terminal.resize(own.columns, own.rows);
    this.#onSize(own);
    this.#tellSize();
  }

  #tellSize(): void {
    if (this.#shown === undefined || this.#shown.pipes || this.#shown.live instanceof RemoteRun) return;
    this.#shown.live.resize(this.size);
  }

  /** As many letters across; and lines down, where the program draws on a whole screen. Letters are smaller where they would not fit. */
  #fitTo({ columns, rows }: TerminalSize): void {
    const { options, buffer } = this.#terminal;
    options.fontSize = letterSize;
    const own = this.#room();
    if (own === undefined) return;
    const whole = buffer.active.type === "alternate";
    const part = Math.min(1, own.columns / columns, whole ? own.rows / rows : 1);
    options.fontSize = Math.max(leastLetterSize, Math.floor(letterSize * part * 4) / 4);
    this.#terminal.resize(columns, whole ? rows : (this.#room()?.rows ?? rows));
  }

  /** What its place has room for; undefined while it has none. */
  #room(): TerminalSize | undefined {
    return proposed(this.#host, this.#fit);
  }

  get size(): TerminalSize {
    return { columns: this.#terminal.cols, rows: this.#terminal.rows };
  }

  focus(): void {
    this.#terminal.focus();
  }

  clear(): void {
    this.#terminal.clear();
    this.focus();
  }

  paint(): void {
    this.#terminal.options.theme = palette();
  }

  /** Marks all places, and the next one or the one before apart. */
  find(text: string, back = false): void {
    const options = { decorations: foundColours() };
    if (back) this.#search.findPrevious(text, options);
    else this.#search.findNext(text, options);
  }

  endFind(): void {
    this.#search.clearDecorations();
    this.focus();
  }

  dispose(): void {
    for (const end of this.#ends) typeof end === "function" ? end() : end.dispose();
    this.#terminal.dispose();
  }

  /** Whether what is typed here reaches the program. */
  get #types(): boolean {
    if (this.#shown === undefined || this.#shown.pipes) return false;
    const { hand, state } = this.#shown.live;
    const { phase } = state.get();
    return hand.get() && (phase === "queued" || phase === "running");
  }

  get #begun(): boolean {
    return this.#shown?.live.started === true;
  }

  /** Each option that changes has the page's layout made anew: of one's own run they stay, as what is typed at its end goes nowhere. */
  #look(): void {
    const types = this.#types || this.#begun;
    this.#terminal.options.disableStdin = !types;
    this.#terminal.options.cursorBlink = types;
    this.#terminal.options.cursorInactiveStyle = types ? "outline" : "none";
    if (this.#shown?.live.state.get().full && !this.#saidFull) this.#sayFull();
    if (this.#shown && isOver(this.#shown.live)) this.#terminal.write("\u001b[?25l"); // no cursor: nothing comes there any more
  }

  /** On a line of its own, whatever stood there. */
  #sayFull(): void {
    this.#saidFull = true;
    this.#terminal.write(
      "\u001b[!p\u001b[?1047l\u001b[0m\r\n\u001b[2m── it has said as much as it may: what follows is left out ──\u001b[0m\r\n",
    );
  }

  #type(bytes: Uint8Array): void {
    const live = this.#types ? this.#shown?.live : undefined;
    if (live !== undefined && !(live instanceof RemoteRun)) live.type(bytes);
  }

  #write({ by, bytes }: Said, isNew: boolean): void {
    if (by !== this.#by && (by === "compiler" || this.#by === "compiler")) this.#head(by);
    this.#by = by;
    if (!isNew) this.#old += 1;
    this.#terminal.write(by === "compiler" ? returned(bytes) : bytes, () => {
      if (!isNew) this.#old -= 1;
    });
  }

  /** Whatever was said before leaves nothing behind: no colour, no other screen. */
  #head(by: Said["by"]): void {
    const first = this.#by === undefined;
    this.#terminal.write(`\u001b[!p\u001b[?1047l\u001b[0m${first ? "" : "\r\n"}\u001b[2m── ${by} ──\u001b[0m\r\n`);
  }

  #onKey(event: KeyboardEvent, onFind: () => void, onLeave: () => void): boolean {
    if (event.type !== "keydown") return true;
    if (event.key === "F6") return false;
    if (event.key === "Escape" && !this.#types) {
      event.preventDefault();
      onLeave();
      return false;
    }
    if (!hasMod(event) || event.altKey) return true;
    if (event.code === "KeyF" && !event.shiftKey) onFind();
    else if (event.code === "KeyC" && event.shiftKey) void copyText(this.#terminal.getSelection(), "Copied.");
    else if (event.code === "KeyV" && event.shiftKey) void this.#paste();
    else return true;
    event.preventDefault();
    event.stopPropagation();
    return false;
  }

  async #paste(): Promise<void> {
    const text = await attempt(navigator.clipboard.readText());
    if (text) this.#terminal.paste(pastable(text));
  }

  readonly #onPaste = (event: ClipboardEvent): void => {
    event.preventDefault();
    event.stopPropagation();
    const text = event.clipboardData?.getData("text/plain");
    if (text) this.#terminal.paste(pastable(text));
  };

  /** Where a link leads shows before it is followed. */
  #tip(link = ""): void {
    this.#host.title = link;
  }
}

/** What a terminal has room for there before there is one; undefined where the place is not drawn. */
export function roomIn(host: HTMLElement): TerminalSize | undefined {
  const terminal = new Terminal(letters);
  const fit = new FitAddon();
  terminal.loadAddon(fit);
  terminal.open(host);
  const size = proposed(host, fit);
  terminal.dispose();
  return size;
}

function proposed(host: HTMLElement, fit: FitAddon): TerminalSize | undefined {
  if (host.clientHeight === 0) return undefined;
  const size = fit.proposeDimensions();
  if (size === undefined || Number.isNaN(size.cols) || Number.isNaN(size.rows)) return undefined;
  const within = (side: number) => Math.min(Math.max(side, 1), mostSide);
  return { columns: within(size.cols), rows: within(size.rows) };
}

/** Of what was no terminal's: each line ends where the next one begins. */
function returned(bytes: Uint8Array): Uint8Array {
  const out: number[] = [];
  let before = 0;
  for (const byte of bytes) {
    if (byte === NEWLINE && before !== RETURN) out.push(RETURN);
    out.push(byte);
    before = byte;
  }
  return Uint8Array.from(out);
}
