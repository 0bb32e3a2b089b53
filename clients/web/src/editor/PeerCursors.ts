import type { Cursor } from "@coterie/core";
import type * as Y from "yjs";
import type { Tagged } from "./crowd.ts";
import { Layer } from "./Layer.ts";
import { monaco } from "./monaco.ts";
import { NameTags, type TagRow } from "./NameTags.ts";
import { PeerPlaces } from "./PeerPlaces.ts";
import { peerClasses } from "./peerClasses.ts";
import "./peers.css";

/** A name shows this long after its caret moved; then the caret stands alone until it moves, or a mouse comes to its line. */
const nameMs = 4_000;
/** Names stay off the line on which I type until this long after my last key. */
const ownTypingMs = 2_000;

interface Caret {
  readonly node: HTMLElement;
  at: string;
  className: string;
}

/**
 * The other people's carets, selections and names in one editor, drawn at most once per frame, however many move: carets and names lie on
 * a sheet over the text and are moved, never made anew, so that no line of text is drawn again for them; selections are decorations,
 * touched only when one changes. No name stands on the line in which I type.
 */
export class PeerCursors {
  readonly #editor: monaco.editor.ICodeEditor;
  readonly #selections: monaco.editor.IEditorDecorationsCollection;
  readonly #layer: Layer;
  readonly #tags: NameTags;
  readonly #places: PeerPlaces;
  readonly #listening: monaco.IDisposable[];
  readonly #carets = new Map<string, Caret>();
  #cursors: readonly Cursor[] = [];
  #selecting: readonly Cursor[] = [];
  #pointed: number | undefined;
  #typedAt = Number.NEGATIVE_INFINITY;
  #frame = 0;
  #falling: ReturnType<typeof setTimeout> | undefined;

  constructor(editor: monaco.editor.ICodeEditor, text: Y.Text) {
    this.#editor = editor;
    this.#selections = editor.createDecorationsCollection();
    this.#layer = new Layer(editor, "peer-layer");
    this.#tags = new NameTags(editor, this.#layer.node);
    this.#places = new PeerPlaces(text, this.#later);
    this.#listening = [
      editor.onDidScrollChange(this.#later),
      editor.onDidLayoutChange(this.#later),
      editor.onDidContentSizeChange(this.#later),
      editor.onDidChangeCursorPosition(this.#later),
      editor.onMouseMove(({ target }) => this.#point(target.position?.lineNumber)),
      editor.onMouseLeave(() => this.#point(undefined)),
    ];
  }

  show(cursors: readonly Cursor[]): void {
    this.#cursors = cursors;
    this.#later();
  }

  /** I typed here. */
  typed(): void {
    this.#typedAt = performance.now();
    this.#later();
  }

  /** Goes on with the text that the editor now shows. */
  moveTo(text: Y.Text): void {
    this.#places.moveTo(text);
    this.#selecting = [];
    this.#later();
  }

  dispose(): void {
    cancelAnimationFrame(this.#frame);
    clearTimeout(this.#falling);
    for (const each of this.#listening) each.dispose();
    this.#places.dispose();
    this.#selections.clear();
    this.#layer.dispose();
  }

  readonly #later = (): void => {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.#draw();
    });
  };

  #point(line: number | undefined): void {
    if (line === this.#pointed) return;
    this.#pointed = line;
    this.#later();
  }

  /** First everything is asked of the editor, then everything is changed on the page. */
  #draw(): void {
    const model = this.#editor.getModel();
    if (!model) return;
    this.#places.keep(new Set(this.#cursors));
    this.#select(model);
    const [now, mine] = [Date.now(), this.#ownLine()];
    const seen = this.#editor.getVisibleRanges();
    const inView = (line: number) => seen.some((range) => range.startLineNumber <= line && line <= range.endLineNumber);
    const rows = new Map<number, TagRow & { readonly tags: Tagged[] }>();
    const carets: [key: string, at: string, className: string][] = [];
    let falls = Number.POSITIVE_INFINITY;
    for (const cursor of this.#cursors) {
      const { caret } = peerClasses(cursor.colour);
      const className = cursor.away || cursor.idle ? `${caret} peer-caret-dim` : caret;
      for (const [nth, place] of this.#places.of(cursor).entries()) {
        if (!place) continue;
        const head = model.getPositionAt(place.head);
        if (!inView(head.lineNumber)) continue;
        const left = this.#editor.getOffsetForColumn(head.lineNumber, head.column);
        if (left < 0) continue;
        const top = this.#editor.getTopForPosition(head.lineNumber, head.column);
        carets.push([`${cursor.session} ${nth}`, `translate(${left}px, ${top}px)`, className]);
        const fades = cursor.movedAt + nameMs - now;
        const shows = fades > 0 || cursor.typing || this.#pointed === head.lineNumber;
        if (nth > 0 || head.lineNumber === mine || !shows) continue;
        if (fades > 0) falls = Math.min(falls, fades);
        const row = rows.get(head.lineNumber) ?? { line: head.lineNumber, caret: { left, top }, tags: [] };
        row.tags.push({ key: cursor.session, name: cursor.name, colour: cursor.colour, typing: cursor.typing });
        rows.set(head.lineNumber, row);
      }
    }
    this.#tags.show([...rows.values()]);
    this.#place(carets);
    this.#againIn(mine === undefined ? falls : Math.min(falls, ownTypingMs));
  }

  /** The line that no name may stand on. */
  #ownLine(): number | undefined {
    if (performance.now() - this.#typedAt >= ownTypingMs) return undefined;
    return this.#editor.getPosition()?.lineNumber;
  }

  #againIn(ms: number): void {
    clearTimeout(this.#falling);
    if (ms !== Number.POSITIVE_INFINITY) this.#falling = setTimeout(this.#later, ms + 10);
  }

  #place(carets: readonly (readonly [key: string, at: string, className: string])[]): void {
    const left = new Set(this.#carets.keys());
    for (const [key, at, className] of carets) {
      left.delete(key);
      let caret = this.#carets.get(key);
      if (!caret) {
        caret = { node: this.#layer.node.appendChild(document.createElement("div")), at: "", className: "" };
        this.#carets.set(key, caret);
      }
      if (caret.className !== className) caret.node.className = className;
      if (caret.at !== at) caret.node.style.transform = at;
      caret.className = className;
      caret.at = at;
    }
    for (const key of left) {
      this.#carets.get(key)!.node.remove();
      this.#carets.delete(key);
    }
  }

  /** Monaco moves the decorations with the text by itself. */
  #select(model: monaco.editor.ITextModel): void {
    const selecting = this.#cursors.filter((cursor) =>
      this.#places.of(cursor).some((place) => place && place.anchor !== place.head),
    );
    const same =
      selecting.length === this.#selecting.length && selecting.every((one, nth) => one === this.#selecting[nth]);
    if (same) return;
    this.#selecting = selecting;
    this.#selections.set(
      selecting.flatMap((cursor) => {
        const { selection } = peerClasses(cursor.colour);
        return this.#places.of(cursor).flatMap((place) => {
          if (!place || place.anchor === place.head) return [];
          return selectionOf(model.getPositionAt(place.anchor), model.getPositionAt(place.head), selection);
        });
      }),
    );
  }
}

function selectionOf(a: monaco.Position, b: monaco.Position, className: string): monaco.editor.IModelDeltaDecoration {
  return {
    range: monaco.Range.fromPositions(...(a.isBefore(b) ? ([a, b] as const) : ([b, a] as const))),
    options: {
      className,
      stickiness: monaco.editor.TrackedRangeStickiness.NeverGrowsWhenTypingAtEdges,
    },
  };
}
