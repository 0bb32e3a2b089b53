import type { Cursor } from "@coterie/core";
import type * as Y from "yjs";
import type { monaco } from "./monaco.ts";
import { offsetsOf } from "./places.ts";

/** A scroll this soon after a hand was at the editor is that hand's. */
const handMs = 400;

/**
 * Shows in one editor what someone else sees in theirs: their first line, and their caret in view, which comes first where this editor is
 * lower than theirs. Never: the keyboard, the caret or the selection of this one is moved. Who scrolls until neither that line nor that
 * caret is in view any more does not want to be shown it: `onStrayed`.
 */
export class Companion {
  readonly #editor: monaco.editor.ICodeEditor;
  readonly #onStrayed: () => void;
  readonly #ends: (() => void)[] = [];
  #lines: readonly number[] = [];
  #handAt = Number.NEGATIVE_INFINITY;

  constructor(editor: monaco.editor.ICodeEditor, onStrayed: () => void) {
    this.#editor = editor;
    this.#onStrayed = onStrayed;
    const hand = (event: Event) => {
      if (event.type !== "pointermove" || (event as PointerEvent).buttons > 0) this.#handAt = performance.now();
    };
    const node = editor.getDomNode()!;
    for (const name of ["wheel", "pointerdown", "pointermove", "touchmove", "keydown"]) {
      node.addEventListener(name, hand, { capture: true, passive: true });
      this.#ends.push(() => node.removeEventListener(name, hand, { capture: true }));
    }
    const scrolled = editor.onDidScrollChange(() => {
      if (performance.now() - this.#handAt < handMs && this.#lines.length > 0 && !this.#sees()) this.#onStrayed();
    });
    this.#ends.push(() => scrolled.dispose());
  }

  /** @param place of theirs in this file, or undefined where nobody is followed here */
  show(text: Y.Text, place: Cursor | undefined): void {
    this.#lines = [];
    const model = this.#editor.getModel();
    if (!place || !model) return;
    const first = Math.max(1, Math.min(place.topLine, model.getLineCount()));
    const offsets = place.selections[0] && offsetsOf(text, place.selections[0]);
    const caret = offsets && model.getPositionAt(offsets.head);
    let top = this.#editor.getTopForLineNumber(first);
    if (caret) top = this.#within(top, caret);
    if (Math.abs(top - this.#editor.getScrollTop()) >= 1) this.#editor.setScrollTop(top);
    if (caret) this.#editor.revealPosition(caret); // sideways: up and down it is in view
    this.#lines = caret ? [first, caret.lineNumber] : [first];
  }

  dispose(): void {
    for (const end of this.#ends) end();
  }

  /** The nearest scroll position that has the caret's line and one more on either side in view. */
  #within(top: number, caret: monaco.Position): number {
    const at = this.#editor.getTopForPosition(caret.lineNumber, caret.column);
    const line =
      this.#editor.getBottomForLineNumber(caret.lineNumber) - this.#editor.getTopForLineNumber(caret.lineNumber);
    const height = this.#editor.getLayoutInfo().height;
    const most = Math.max(0, at - line);
    return Math.min(most, Math.max(top, at + 2 * line - height, 0));
  }

  #sees(): boolean {
    const ranges = this.#editor.getVisibleRanges();
    return this.#lines.some((line) =>
      ranges.some(({ startLineNumber, endLineNumber }) => startLineNumber <= line && line <= endLineNumber),
    );
  }
}
