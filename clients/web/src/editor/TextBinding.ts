import { carriedOver, difference } from "@coterie/core/client/difference.ts";
import type * as Y from "yjs";
import { CaretKeeper } from "./CaretKeeper.ts";
import { monaco } from "./monaco.ts";
import { type Edit, editsOfDelta, shifted, withLineFeeds } from "./offsets.ts";

/**
 * Holds a Monaco model and a Yjs text equal.
 *
 * Always: the model's text is the Yjs text with line feeds; every local change of the model is one transaction whose origin
 * is this binding; undo and redo of the model are those of the Yjs undo, so that one only takes back what one did oneself.
 * Never: a change of the text is put on Monaco's own undo stack; a change that came from here is applied here again.
 * While held, because the text it was bound to is no more and the next one is not there yet: the model stands, and what is
 * typed into it is typed into the next text too.
 */
export class TextBinding {
  readonly model: monaco.editor.ITextModel;
  #text: Y.Text;
  #undo: Y.UndoManager;
  readonly #editors = new Set<monaco.editor.ICodeEditor>();
  readonly #typed = new Set<() => void>();
  readonly #listening: monaco.IDisposable;
  #applying = false;
  /** What the model held when its text went. */
  #held: string | undefined;

  constructor(text: Y.Text, undo: Y.UndoManager) {
    this.#text = text;
    this.#undo = undo;
    this.model = monaco.editor.createModel(withLineFeeds(text.toString()), "plaintext");
    this.model.setEOL(monaco.editor.EndOfLineSequence.LF);
    this.model.undo = () => void this.#undo.undo();
    this.model.redo = () => void this.#undo.redo();
    this.#listen();
    this.#listening = this.model.onDidChangeContent(this.#fromModel);
  }

  get text(): Y.Text {
    return this.#text;
  }

  /** The text is no more. */
  hold(): void {
    this.#held ??= this.model.getValue();
  }

  /** Goes on with another text, which already has what the model held when the one before went. */
  moveTo(text: Y.Text, undo: Y.UndoManager): void {
    const held = this.#held ?? this.model.getValue();
    this.#held = undefined;
    this.#unlisten();
    this.#text = text;
    this.#undo = undo;
    this.#listen();
    const typed = difference(held, this.model.getValue());
    const [edit] = typed ? carriedOver([typed], held, withLineFeeds(text.toString())) : [];
    if (edit) {
      text.doc!.transact(() => {
        this.#dropCarriageReturns();
        text.delete(edit.start, edit.end - edit.start);
        text.insert(edit.start, edit.text);
      }, this);
    }
    this.#resync();
  }

  /** Keeps the carets and the scroll position of an editor that shows the model steady under other people's edits. */
  attach(editor: monaco.editor.ICodeEditor): () => void {
    this.#editors.add(editor);
    return () => this.#editors.delete(editor);
  }

  /** Calls back after each change made at this keyboard. */
  onTyped(listener: () => void): () => void {
    this.#typed.add(listener);
    return () => this.#typed.delete(listener);
  }

  dispose(): void {
    this.#unlisten();
    this.#listening.dispose();
    this.model.dispose();
  }

  #listen(): void {
    this.#undo.addTrackedOrigin(this);
    this.#text.observe(this.#fromText);
  }

  #unlisten(): void {
    this.#undo.removeTrackedOrigin(this);
    this.#text.unobserve(this.#fromText);
  }

  readonly #fromModel = (event: monaco.editor.IModelContentChangedEvent): void => {
    if (this.#applying || this.#held !== undefined) return;
    if (event.isEolChange || event.isFlush) {
      this.#replaceAll();
      return;
    }
    const grown = event.changes.reduce((sum, change) => sum + change.text.length - change.rangeLength, 0);
    this.#text.doc!.transact(() => {
      if (this.#text.length !== this.model.getValueLength() - grown) this.#dropCarriageReturns();
      const lastFirst = event.changes.toSorted((a, b) => b.rangeOffset - a.rangeOffset);
      for (const { rangeOffset, rangeLength, text } of lastFirst) {
        if (rangeLength > 0) this.#text.delete(rangeOffset, rangeLength);
        if (text) this.#text.insert(rangeOffset, withLineFeeds(text));
      }
    }, this);
    for (const listener of this.#typed) listener();
  };

  readonly #fromText = (event: Y.YTextEvent, transaction: Y.Transaction): void => {
    if (transaction.origin === this || this.#held !== undefined) return;
    const edits = editsOfDelta(event.delta);
    if (this.#holdsCarriageReturns(edits)) this.#resync();
    else this.#apply(edits, transaction.origin === this.#undo);
  };

  /** Makes the model's text that of the Yjs text, without the "\r" that a program other than this one wrote. */
  #resync(): void {
    const edit = difference(this.model.getValue(), withLineFeeds(this.#text.toString()));
    if (edit) this.#apply([edit], false);
  }

  #holdsCarriageReturns(edits: readonly Edit[]): boolean {
    const inserted = edits.some((edit) => edit.text.includes("\r"));
    const grown = edits.reduce((sum, edit) => sum + edit.text.length - (edit.end - edit.start), 0);
    return inserted || this.model.getValueLength() + grown !== this.#text.length;
  }

  #apply(edits: readonly Edit[], mine: boolean): void {
    if (edits.length === 0) return;
    const keepers = [...this.#editors].map((editor) => new CaretKeeper(editor, this.model));
    this.#applying = true;
    try {
      this.model.applyEdits(
        edits.map(({ start, end, text }) => ({
          range: monaco.Range.fromPositions(this.model.getPositionAt(start), this.model.getPositionAt(end)),
          text,
        })),
      );
    } finally {
      this.#applying = false;
    }
    if (mine) for (const listener of this.#typed) listener();
    for (const keeper of keepers) {
      if (mine && keeper.focused) keeper.goTo(endOf(edits));
      else keeper.restore((offset) => shifted(offset, edits));
    }
  }

  /** Makes offsets of text and model agree again, before the first change of mine. */
  #dropCarriageReturns(): void {
    const text = this.#text.toString();
    for (let at = text.lastIndexOf("\r"); at >= 0; at = at === 0 ? -1 : text.lastIndexOf("\r", at - 1)) {
      this.#text.delete(at, 1);
      if (text[at + 1] !== "\n") this.#text.insert(at, "\n");
    }
  }

  /** Someone set the model's value or line endings past the editor: the text follows by its difference. */
  #replaceAll(): void {
    this.#applying = true;
    this.model.setEOL(monaco.editor.EndOfLineSequence.LF);
    this.#applying = false;
    const edit = difference(this.#text.toString(), this.model.getValue());
    if (!edit) return;
    this.#text.doc!.transact(() => {
      this.#text.delete(edit.start, edit.end - edit.start);
      this.#text.insert(edit.start, edit.text);
    }, this);
  }
}

/** Where the last of the edits ends in the new text. */
function endOf(edits: readonly Edit[]): number {
  const last = edits[edits.length - 1]!;
  const before = edits.slice(0, -1).reduce((sum, e) => sum + e.text.length - (e.end - e.start), 0);
  return last.start + before + last.text.length;
}
