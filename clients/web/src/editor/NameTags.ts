import { type Label, labelsOf, type Tagged } from "./crowd.ts";
import { inkOn } from "./ink.ts";
import type { monaco } from "./monaco.ts";

export interface TagRow {
  readonly line: number;
  /** Of the caret of the first of them. */
  readonly caret: { readonly left: number; readonly top: number };
  readonly tags: readonly Tagged[];
}

interface Shown {
  readonly node: HTMLElement;
  drawn: string;
  width: number;
  at: string;
}

const fadeMs = 300; // as in peers.css
const gapPixels = 14; // between the last letter and the first name
const marginPixels = 4; // behind each name, as in peers.css
const widthsKept = 1_024;

/**
 * Names of people behind the end of their lines, of a wrapped one behind its last row, so that no name covers a letter but where that
 * leaves no room: there they stand at the view's right edge, or before the caret where they would cover it. Nodes are kept and moved; what a name takes is measured once,
 * so that a page full of names that move is not laid out in every frame.
 */
export class NameTags {
  readonly #editor: monaco.editor.ICodeEditor;
  readonly #parent: HTMLElement;
  readonly #shown = new Map<number, Shown>();
  /** By what a name says. */
  readonly #widths = new Map<string, number>();

  constructor(editor: monaco.editor.ICodeEditor, parent: HTMLElement) {
    this.#editor = editor;
    this.#parent = parent;
  }

  show(rows: readonly TagRow[]): void {
    const inView = rows.reduce((sum, { tags }) => sum + tags.length, 0);
    const places = rows.map((row) => this.#endOf(row)); // all that asks the editor comes before all that changes the page
    const lines = new Set(rows.map(({ line }) => line));
    const spare: Shown[] = [];
    for (const [line, shown] of this.#shown) if (!lines.has(line) && this.#shown.delete(line)) spare.push(shown);
    const changed: [Shown, readonly Label[]][] = [];
    for (const { line, tags } of rows) {
      const shown = this.#shown.get(line) ?? spare.pop() ?? this.#made();
      this.#shown.set(line, shown);
      const labels = labelsOf(tags, inView);
      const drawn = JSON.stringify(labels);
      if (drawn === shown.drawn) continue;
      shown.node.replaceChildren(...labels.map(tag));
      shown.drawn = drawn;
      changed.push([shown, labels]);
    }
    for (const { node } of spare) fade(node);
    for (const [shown, labels] of changed) shown.width = this.#widthOf(shown.node, labels);
    const { contentWidth, verticalScrollbarWidth } = this.#editor.getLayoutInfo();
    const edge = this.#editor.getScrollLeft() + contentWidth - verticalScrollbarWidth;
    for (const [nth, { line, caret }] of rows.entries()) {
      const shown = this.#shown.get(line)!;
      const end = places[nth]!;
      const beside = caret.top === end.top ? caret.left : Number.NEGATIVE_INFINITY;
      const at = `translate(${Math.round(leftOf(end.left, beside, edge, shown.width))}px, ${end.top}px)`;
      if (at === shown.at) continue;
      shown.node.style.transform = at;
      shown.at = at;
    }
  }

  /** Where the line's letters end, in its last row where it is wrapped. */
  #endOf({ line }: TagRow): { readonly left: number; readonly top: number } {
    const column = this.#editor.getModel()?.getLineMaxColumn(line) ?? 1;
    return {
      left: this.#editor.getOffsetForColumn(line, column),
      top: this.#editor.getTopForPosition(line, column),
    };
  }

  #widthOf(row: HTMLElement, labels: readonly Label[]): number {
    let width = 0;
    for (const [nth, { text, typing }] of labels.entries()) {
      const says = `${typing} ${text}`;
      let known = this.#widths.get(says);
      if (known === undefined) {
        known = row.children[nth]!.getBoundingClientRect().width + marginPixels;
        if (this.#widths.size >= widthsKept) this.#widths.clear();
        this.#widths.set(says, known);
      }
      width += known;
    }
    return width;
  }

  #made(): Shown {
    const node = document.createElement("div");
    node.className = "peer-tags";
    node.ariaHidden = "true";
    this.#parent.append(node);
    return { node, drawn: "", width: 0, at: "" };
  }
}

function fade(node: HTMLElement): void {
  node.classList.add("peer-tags-going");
  setTimeout(() => node.remove(), fadeMs);
}

function leftOf(end: number, caret: number, edge: number, width: number): number {
  const left = Math.max(0, Math.min(end + gapPixels, edge - width));
  const covers = left < caret && caret < left + width;
  return covers ? Math.max(0, caret - width) : left;
}

function tag({ text, colour, typing }: Label): HTMLElement {
  const node = document.createElement("span");
  node.className = typing ? "peer-tag peer-tag-typing" : "peer-tag";
  if (colour) {
    node.style.background = colour;
    node.style.color = inkOn(colour);
  }
  node.textContent = text;
  return node;
}
