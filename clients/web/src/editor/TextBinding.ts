import { Observable } from "@coterie/core";
import { carriedOver, difference } from "@coterie/core/client/difference.ts";
import type * as Y from "yjs";
import { CaretKeeper } from "./CaretKeeper.ts";
import { monaco } from "./monaco.ts";
import { type Edit, editsOfDelta, shifted } from "./offsets.ts";
import { type Eol, ended, endingDelta, type Form, fits, formOf, MARK, mostLinesEnded, shownText } from "./textForm.ts";

/**
 * Holds a Monaco model and a Yjs text equal.
 *
 * Always: the model's text is the Yjs text without its mark, its lines ended as most of them are; every local change of the model is one
 * transaction whose origin is this binding; undo and redo of the model are those of the Yjs undo, so that one only takes back what one did
 * oneself. Of an even text (`Form`) offsets are those of the model, but for the mark; one that is not is made even by the first own edit.
 * Never: a change of the text is put on Monaco's own undo stack; a change that came from here is applied here again.
 * While held, because the text it was bound to is no more and the next one is not there yet: the model stands, and what is
 * typed into it is typed into the next text too.
 */
export class TextBinding {
  readonly model: monaco.editor.ITextModel;
  readonly form: Observable<Form>;
  #text: Y.Text;
  #undo: Y.UndoManager;
  readonly #editors = new Set<monaco.editor.ICodeEditor>();
  readonly #typed = new Set<() => void>();
  /** Called when an edit made here has ended all lines alike that were not before. */
  onEvened = (_: Eol): void => {};
  readonly #listening: monaco.IDisposable;
  #applying = false;
  /** What the model held when its text went. */
  #held: string | undefined;

  constructor(text: Y.Text, undo: Y.UndoManager) {
    this.#text = text;
    this.#undo = undo;
    const content = text.toString();
    this.form = new Observable(formOf(content, "\n"));
    this.model = monaco.editor.createModel(shownText(content, this.#eol), "plaintext");
    this.#setEol();
    this.model.undo = () => void this.#undo.undo();
    this.model.redo = () => void this.#undo.redo();
    this.#listen();
    this.#listening = this.model.onDidChangeContent(this.#fromModel);
  }

  get text(): Y.Text {
    return this.#text;
  }

  /** Ends all lines so, for everyone: one step of undo; no more than `mostLinesEnded`. A text of one line alone ends its next line so. */
  endLines(eol: Eol): void {
    if (this.#held !== undefined || this.model.getLineCount() > mostLinesEnded) return;
    this.#takeForm({ ...this.form.get(), eol });
    this.asOneStep(() => this.#transact(() => this.#makeEven()));
  }

  /** How lines end in a text that has one alone. */
  endNextLine(eol: Eol): void {
    if (this.model.getLineCount() === 1 && this.form.get().even) this.#takeForm({ ...this.form.get(), eol });
  }

  /** Puts the mark of UTF-8 at the beginning, or takes it away, for everyone: one step of undo. */
  mark(marked: boolean): void {
    if (this.form.get().marked === marked || this.#held !== undefined) return;
    this.asOneStep(() =>
      this.#transact(() => {
        if (marked) this.#text.insert(0, MARK);
        else this.#text.delete(0, 1);
      }),
    );
    this.#takeForm({ ...this.form.get(), marked });
  }

  /** What is done in here is taken back by itself, with nothing that was typed before or after. */
  asOneStep(change: () => void): void {
    this.#undo.stopCapturing();
    change();
    this.#undo.stopCapturing();
  }

  /** The text is no more. */
  hold(): void {
    this.#held ??= this.model.getValue();
  }

  /** Goes on with another text, which already has what the model held when the one before went. */
  moveTo(text: Y.Text, undo: Y.UndoManager): void {
    const before = this.#held ?? this.model.getValue();
    this.#held = undefined;
    this.#unlisten();
    this.#text = text;
    this.#undo = undo;
    this.#listen();
    const content = text.toString();
    const form = formOf(content, this.#eol);
    const held = ended(before, form.eol);
    const typed = difference(held, ended(this.model.getValue(), form.eol));
    const [edit] = typed ? carriedOver([typed], held, shownText(content, form.eol)) : [];
    if (edit) {
      const start = edit.start + (form.marked ? 1 : 0);
      this.#transact(() => {
        this.form.set(form);
        if (!form.even) this.#makeEven();
        text.delete(start, edit.end - edit.start);
        text.insert(start, edit.text);
      });
    }
    this.#resync(false);
  }

  /**
   * Keeps the carets and the scroll position of an editor that shows the model steady under other people's edits. What is typed there after the
   * caret was moved is another step of undo, however soon.
   */
  attach(editor: monaco.editor.ICodeEditor): () => void {
    this.#editors.add(editor);
    const moved = editor.onDidChangeCursorSelection(({ reason }) => {
      if (reason === monaco.editor.CursorChangeReason.Explicit) this.#undo.stopCapturing();
    });
    return () => {
      moved.dispose();
      this.#editors.delete(editor);
    };
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

  get #eol(): Eol {
    return this.form.get().eol;
  }

  #listen(): void {
    this.#undo.addTrackedOrigin(this);
    this.#text.observe(this.#fromText);
  }

  #unlisten(): void {
    this.#undo.removeTrackedOrigin(this);
    this.#text.unobserve(this.#fromText);
  }

  #transact(change: () => void): void {
    this.#text.doc!.transact(change, this);
  }

  readonly #fromModel = (event: monaco.editor.IModelContentChangedEvent): void => {
    if (this.#applying || this.#held !== undefined) return;
    if (event.isEolChange || event.isFlush) {
      this.#replaceAll();
      return;
    }
    const { even } = this.form.get();
    this.#transact(() => {
      if (!even) this.#makeEven();
      const mark = this.form.get().marked ? 1 : 0;
      const lastFirst = event.changes.toSorted((a, b) => b.rangeOffset - a.rangeOffset);
      for (const { rangeOffset, rangeLength, text } of lastFirst) {
        if (rangeLength > 0) this.#text.delete(rangeOffset + mark, rangeLength);
        if (text) this.#text.insert(rangeOffset + mark, ended(text, this.#eol));
      }
    });
    for (const listener of this.#typed) listener();
    if (!even) this.onEvened(this.#eol);
  };

  readonly #fromText = (event: Y.YTextEvent, transaction: Y.Transaction): void => {
    if (transaction.origin === this || this.#held !== undefined) return;
    const edits = editsOfDelta(event.delta);
    const mine = transaction.origin === this.#undo;
    const { even, marked } = this.form.get();
    if (!even || !edits.every((edit) => this.#keepsForm(edit))) this.#resync(mine);
    else if (!marked) this.#apply(edits, mine);
    else
      this.#apply(
        edits.map(({ start, end, text }) => ({ start: start - 1, end: end - 1, text })),
        mine,
      );
  };

  /** Whether a text that is even stays so, and keeps its mark or stays without. @param edit in offsets of the Yjs text */
  #keepsForm({ start, end, text }: Edit): boolean {
    const { eol, marked } = this.form.get();
    if (marked ? start === 0 : start === 0 && text.startsWith(MARK)) return false;
    if (!fits(text, eol)) return false;
    const whole = (offset: number) => this.model.getOffsetAt(this.model.getPositionAt(offset)) === offset;
    return eol === "\n" || [start, end].every((offset) => whole(offset - (marked ? 1 : 0))); // not between "\r" and "\n"
  }

  /** Makes the model's text that of the Yjs text, in whatever form that is now. */
  #resync(mine: boolean): void {
    const content = this.#text.toString();
    this.#takeForm(formOf(content, this.#eol));
    const edit = difference(this.model.getValue(), shownText(content, this.#eol));
    if (edit) this.#apply([edit], mine);
    else if (mine) for (const listener of this.#typed) listener();
  }

  #takeForm(form: Form): void {
    const { eol, marked, even } = this.form.get();
    if (eol !== form.eol || marked !== form.marked || even !== form.even) this.form.set(form);
    this.#setEol();
  }

  #setEol(): void {
    if (this.model.getEOL() === this.#eol) return;
    const { CRLF, LF } = monaco.editor.EndOfLineSequence;
    this.#applying = true;
    this.model.setEOL(this.#eol === "\n" ? LF : CRLF);
    this.#applying = false;
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

  /** Ends all lines of the Yjs text as the model's, so that offsets of both agree. In a transaction. */
  #makeEven(): void {
    const delta = endingDelta(this.#text.toString(), this.#eol);
    if (delta.length > 0) this.#text.applyDelta(delta);
    if (!this.form.get().even) this.form.set({ ...this.form.get(), even: true });
  }

  /** Someone set the model's value or line endings past the editor: the text follows by its difference. */
  #replaceAll(): void {
    this.#setEol();
    const edit = difference(this.#text.toString(), (this.form.get().marked ? MARK : "") + this.model.getValue());
    if (!edit) return;
    this.#transact(() => {
      this.#text.delete(edit.start, edit.end - edit.start);
      this.#text.insert(edit.start, edit.text);
    });
    this.#takeForm({ ...this.form.get(), even: true });
  }
}

/** Where the last of the edits ends in the new text. */
function endOf(edits: readonly Edit[]): number {
  const last = edits[edits.length - 1]!;
  const before = edits.slice(0, -1).reduce((sum, e) => sum + e.text.length - (e.end - e.start), 0);
  return last.start + before + last.text.length;
}
