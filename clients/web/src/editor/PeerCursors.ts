import type { Cursor } from "@coterie/core";
import type * as Y from "yjs";
import { monaco } from "./monaco.ts";
import { NameTags, type TagLine } from "./NameTags.ts";
import { peerClasses } from "./peerClasses.ts";
import { offsetsOf } from "./places.ts";
import "./peers.css";

/**
 * Draws the other people's carets, selections and names in one editor. Their names stand behind the end of the line they
 * are on, so that no name covers a letter, whoever types it, but where the line goes on beyond the view.
 */
export class PeerCursors {
  readonly #editor: monaco.editor.ICodeEditor;
  #text: Y.Text;
  readonly #drawn: monaco.editor.IEditorDecorationsCollection;
  readonly #tags: NameTags;
  #cursors: readonly Cursor[] = [];
  #frame = 0;

  constructor(editor: monaco.editor.ICodeEditor, text: Y.Text) {
    this.#editor = editor;
    this.#text = text;
    this.#drawn = editor.createDecorationsCollection();
    this.#tags = new NameTags(editor);
    text.observe(this.#later);
  }

  show(cursors: readonly Cursor[]): void {
    this.#cursors = cursors;
    this.#later();
  }

  /** Goes on with the text that the editor now shows. */
  moveTo(text: Y.Text): void {
    this.#text.unobserve(this.#later);
    this.#text = text;
    text.observe(this.#later);
    this.#later();
  }

  dispose(): void {
    cancelAnimationFrame(this.#frame);
    this.#text.unobserve(this.#later);
    this.#drawn.clear();
    this.#tags.dispose();
  }

  readonly #later = (): void => {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.#draw();
    });
  };

  #draw(): void {
    const model = this.#editor.getModel();
    if (!model) return;
    const decorations: monaco.editor.IModelDeltaDecoration[] = [];
    const lines = new Map<number, TagLine>();
    for (const cursor of this.#cursors) {
      const classes = peerClasses(cursor.colour);
      for (const [nth, selection] of cursor.selections.entries()) {
        const offsets = offsetsOf(this.#text, selection);
        if (!offsets) continue;
        const head = model.getPositionAt(offsets.head);
        const anchor = model.getPositionAt(offsets.anchor);
        decorations.push(caretAt(head, classes.caret, cursor.name));
        if (!head.equals(anchor)) decorations.push(selectionOf(anchor, head, classes.selection));
        if (nth > 0) continue;
        const line = lines.get(head.lineNumber) ?? { line: head.lineNumber, column: head.column, tags: [] };
        line.tags.push({ key: cursor.session, name: cursor.name, colour: cursor.colour, typing: cursor.typing });
        lines.set(head.lineNumber, line);
      }
    }
    this.#drawn.set(decorations);
    this.#tags.show([...lines.values()]);
  }
}

function caretAt(at: monaco.Position, className: string, name: string): monaco.editor.IModelDeltaDecoration {
  return {
    range: monaco.Range.fromPositions(at),
    options: {
      beforeContentClassName: className,
      hoverMessage: { value: name.replace(/[\\`*_{}[\]<>()#+\-.!|]/g, "\\$&") },
      stickiness: monaco.editor.TrackedRangeStickiness.NeverGrowsWhenTypingAtEdges,
      showIfCollapsed: true,
      zIndex: 10,
    },
  };
}

function selectionOf(a: monaco.Position, b: monaco.Position, className: string): monaco.editor.IModelDeltaDecoration {
  const [start, end] = a.isBefore(b) ? [a, b] : [b, a];
  return {
    range: monaco.Range.fromPositions(start, end),
    options: {
      className,
      stickiness: monaco.editor.TrackedRangeStickiness.NeverGrowsWhenTypingAtEdges,
    },
  };
}
