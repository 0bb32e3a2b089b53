import type * as Y from "yjs";
import { monaco } from "./monaco.ts";
import { offsetsOf, type Place, placeOf } from "./places.ts";

/**
 * Where one was in a file whose editor was put away: carets, selections and the first visible line stay at their letters while others
 * type, as in an editor that stands. Where the text was made anew since, they are at the same lines and columns.
 */
export class Bookmark {
  readonly #view: monaco.editor.ICodeEditorViewState | null;
  readonly #selections: readonly Place[];
  readonly #top: { readonly place: Place; readonly pixels: number } | undefined;

  constructor(editor: monaco.editor.ICodeEditor, text: Y.Text) {
    const model = editor.getModel()!;
    this.#view = editor.saveViewState();
    this.#selections = (editor.getSelections() ?? []).map((selection) => {
      const anchor = { lineNumber: selection.selectionStartLineNumber, column: selection.selectionStartColumn };
      return placeOf(text, model.getOffsetAt(anchor), model.getOffsetAt(selection.getPosition()));
    });
    const line = editor.getVisibleRanges()[0]?.startLineNumber;
    if (line === undefined || editor.getScrollTop() === 0) return;
    const offset = model.getOffsetAt({ lineNumber: line, column: 1 });
    const pixels = editor.getScrollTop() - editor.getTopForLineNumber(line);
    this.#top = { place: placeOf(text, offset, offset), pixels };
  }

  restore(editor: monaco.editor.ICodeEditor, text: Y.Text): void {
    const model = editor.getModel()!;
    editor.restoreViewState(this.#view);
    const selections = this.#selections.flatMap((place) => {
      const offsets = offsetsOf(text, place);
      if (!offsets) return [];
      return [monaco.Selection.fromPositions(model.getPositionAt(offsets.anchor), model.getPositionAt(offsets.head))];
    });
    if (selections.length > 0) editor.setSelections(selections);
    const top = this.#top && offsetsOf(text, this.#top.place);
    if (top)
      editor.setScrollTop(editor.getTopForLineNumber(model.getPositionAt(top.head).lineNumber) + this.#top!.pixels);
  }
}
