import { monaco } from "./monaco.ts";

/** Remembers where an editor's carets and its first visible line are, so that an edit by someone else moves neither. */
export class CaretKeeper {
  readonly focused: boolean;
  readonly #editor: monaco.editor.ICodeEditor;
  readonly #model: monaco.editor.ITextModel;
  readonly #selections: readonly { readonly anchor: number; readonly head: number }[];
  readonly #top: { readonly offset: number; readonly pixels: number } | undefined;

  constructor(editor: monaco.editor.ICodeEditor, model: monaco.editor.ITextModel) {
    this.#editor = editor;
    this.#model = model;
    this.focused = editor.hasTextFocus();
    this.#selections = (editor.getSelections() ?? []).map((s) => ({
      anchor: model.getOffsetAt({ lineNumber: s.selectionStartLineNumber, column: s.selectionStartColumn }),
      head: model.getOffsetAt(s.getPosition()),
    }));
    const line = editor.getVisibleRanges()[0]?.startLineNumber;
    if (line !== undefined && editor.getScrollTop() > 0) {
      const offset = model.getOffsetAt({ lineNumber: line, column: 1 });
      this.#top = { offset, pixels: editor.getScrollTop() - editor.getTopForLineNumber(line) };
    }
  }

  restore(moved: (offset: number) => number): void {
    const selections = this.#selections.map(({ anchor, head }) => {
      const from = this.#model.getPositionAt(moved(anchor));
      const to = this.#model.getPositionAt(moved(head));
      return new monaco.Selection(from.lineNumber, from.column, to.lineNumber, to.column);
    });
    const now = this.#editor.getSelections() ?? [];
    const same = now.length === selections.length && selections.every((s, i) => s.equalsSelection(now[i]!));
    if (selections.length > 0 && !same) this.#editor.setSelections(selections, "binding");
    if (this.#top) {
      const line = this.#model.getPositionAt(moved(this.#top.offset)).lineNumber;
      const top = this.#editor.getTopForLineNumber(line) + this.#top.pixels;
      if (Math.abs(top - this.#editor.getScrollTop()) >= 1) this.#editor.setScrollTop(top);
    }
  }

  /** After an undo of my own: the caret goes where something changed. */
  goTo(offset: number): void {
    const position = this.#model.getPositionAt(offset);
    this.#editor.setPosition(position, "binding");
    this.#editor.revealPositionInCenterIfOutsideViewport(position);
  }
}
