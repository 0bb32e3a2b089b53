import type { Highlight } from "@coterie/core";
import type * as Y from "yjs";
import { inkOn } from "./ink.ts";
import { Layer } from "./Layer.ts";
import { monaco } from "./monaco.ts";
import { peerClasses } from "./peerClasses.ts";
import { offsetsOf } from "./places.ts";

interface Badge {
  readonly node: HTMLElement;
  readonly highlight: Highlight;
}

/**
 * Ranges that people highlighted for everyone, in one editor: each in its author's colour, with a badge of their name at the right edge of
 * the row it begins in, and on the badge, for who may take it away, a cross. A range whose text is all gone does not show.
 */
export class SharedHighlights {
  readonly #editor: monaco.editor.ICodeEditor;
  #text: Y.Text;
  readonly #onClear: (highlight: Highlight) => void;
  readonly #ranges: monaco.editor.IEditorDecorationsCollection;
  readonly #layer: Layer;
  readonly #listening: monaco.IDisposable[];
  #highlights: readonly Highlight[] = [];
  #badges: readonly Badge[] = [];
  #frame = 0;

  constructor(editor: monaco.editor.ICodeEditor, text: Y.Text, onClear: (highlight: Highlight) => void) {
    this.#editor = editor;
    this.#text = text;
    this.#onClear = onClear;
    this.#ranges = editor.createDecorationsCollection();
    this.#layer = new Layer(editor, "peer-layer");
    this.#listening = [editor.onDidLayoutChange(this.#later), editor.onDidContentSizeChange(this.#later)];
    this.#listening.push(editor.onDidScrollChange(({ scrollLeftChanged }) => scrollLeftChanged && this.#later()));
    text.observe(this.#later);
  }

  show(highlights: readonly Highlight[]): void {
    this.#highlights = highlights;
    this.#later();
  }

  moveTo(text: Y.Text): void {
    this.#text.unobserve(this.#later);
    this.#text = text;
    text.observe(this.#later);
    this.#later();
  }

  dispose(): void {
    cancelAnimationFrame(this.#frame);
    this.#text.unobserve(this.#later);
    for (const each of this.#listening) each.dispose();
    this.#ranges.clear();
    this.#layer.dispose();
  }

  readonly #later = (): void => {
    if (this.#highlights.length === 0 && this.#badges.length === 0) return;
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.#draw();
    });
  };

  #draw(): void {
    const model = this.#editor.getModel();
    if (!model) return;
    const shown = this.#highlights.flatMap((highlight) => {
      const offsets = offsetsOf(this.#text, { anchor: highlight.start, head: highlight.end });
      if (!offsets || offsets.anchor >= offsets.head) return [];
      const [start, end] = [model.getPositionAt(offsets.anchor), model.getPositionAt(offsets.head)];
      return [{ highlight, range: monaco.Range.fromPositions(start, end), start }];
    });
    const known = new Map(this.#badges.map((badge) => [badge.highlight, badge]));
    const tops = shown.map(({ start }) => this.#editor.getTopForPosition(start.lineNumber, start.column));
    const { contentWidth, verticalScrollbarWidth } = this.#editor.getLayoutInfo();
    const edge = this.#editor.getScrollLeft() + contentWidth - verticalScrollbarWidth;
    this.#ranges.set(
      shown.map(({ highlight, range }) => ({
        range,
        options: { className: peerClasses(highlight.colour).highlight, hoverMessage: { value: said(highlight) } },
      })),
    );
    this.#badges = shown.map(({ highlight }) => known.get(highlight) ?? this.#made(highlight));
    for (const { highlight, node } of known.values())
      if (!this.#badges.some((badge) => badge.highlight === highlight)) node.remove();
    const taken = new Map<number, number>();
    for (const [nth, { node }] of this.#badges.entries()) {
      const top = tops[nth]!;
      const right = taken.get(top) ?? edge - 4;
      const width = node.offsetWidth;
      node.style.transform = `translate(${Math.round(right - width)}px, ${top}px)`;
      taken.set(top, right - width - 4);
    }
  }

  #made(highlight: Highlight): Badge {
    const { name, colour, mayClear } = highlight;
    const node = this.#layer.node.appendChild(document.createElement("div"));
    node.className = "highlight-badge";
    node.style.background = colour;
    node.style.color = inkOn(colour);
    node.append(name);
    if (mayClear) {
      const clear = node.appendChild(document.createElement("button"));
      clear.type = "button";
      clear.textContent = "×";
      clear.title = "Clear it for everyone";
      clear.ariaLabel = `Clear the highlight of ${name}`;
      clear.addEventListener("mousedown", (event) => event.preventDefault()); // the keyboard stays where it is
      clear.addEventListener("click", () => this.#onClear(highlight));
    }
    return { node, highlight };
  }
}

function said({ name }: Highlight): string {
  return `Highlighted by ${name.replace(/[\\`*_{}[\]<>()#+\-.!|]/g, "\\$&")}`;
}
