import { inkOn } from "./ink.ts";
import { monaco } from "./monaco.ts";

export interface TagLine {
  readonly line: number;
  /** Where the caret of the first of them stands. */
  readonly column: number;
  readonly tags: { readonly key: string; readonly name: string; readonly colour: string; readonly typing: boolean }[];
}

interface Shown {
  readonly widget: monaco.editor.IContentWidget;
  readonly node: HTMLElement;
  at: monaco.IPosition;
  drawn: string;
}

const gapPixels = 14; // between the last letter and the first name

/**
 * Names of people behind the end of their lines: one widget per line, kept and moved rather than made anew. Where that end lies outside
 * the view, or wraps, they stand at the view's right edge in the row of the caret, or before the caret where they would cover it.
 */
export class NameTags {
  readonly #editor: monaco.editor.ICodeEditor;
  readonly #shown: Shown[] = [];
  readonly #moved: monaco.IDisposable[];
  #made = 0;

  constructor(editor: monaco.editor.ICodeEditor) {
    this.#editor = editor;
    const place = () => {
      for (const shown of this.#shown) this.#place(shown);
    };
    this.#moved = [editor.onDidScrollChange(place), editor.onDidLayoutChange(place)];
  }

  show(lines: readonly TagLine[]): void {
    while (this.#shown.length > lines.length) this.#editor.removeContentWidget(this.#shown.pop()!.widget);
    for (const [nth, line] of lines.entries()) {
      const shown = this.#shown[nth] ?? this.#add();
      shown.at = { lineNumber: line.line, column: line.column };
      const drawn = JSON.stringify(line.tags);
      if (drawn !== shown.drawn) shown.node.replaceChildren(...line.tags.map(tag));
      shown.drawn = drawn;
      this.#editor.layoutContentWidget(shown.widget);
      this.#place(shown);
    }
  }

  dispose(): void {
    this.show([]);
    for (const moved of this.#moved) moved.dispose();
  }

  #add(): Shown {
    const node = document.createElement("div");
    node.className = "peer-tags";
    node.ariaHidden = "true";
    const id = `peer-tags-${++this.#made}`;
    const shown: Shown = {
      node,
      at: { lineNumber: 1, column: 1 },
      drawn: "",
      widget: {
        getId: () => id,
        getDomNode: () => node,
        getPosition: () => ({
          position: shown.at,
          preference: [monaco.editor.ContentWidgetPositionPreference.EXACT],
        }),
      },
    };
    this.#shown.push(shown);
    this.#editor.addContentWidget(shown.widget);
    return shown;
  }

  /** The widget hangs at the caret; this moves the names from there to where they are to be read. */
  #place({ node, at }: Shown): void {
    const caret = this.#editor.getScrolledVisiblePosition(at);
    const column = this.#editor.getModel()?.getLineMaxColumn(at.lineNumber) ?? 1;
    const end = this.#editor.getScrolledVisiblePosition({ lineNumber: at.lineNumber, column });
    if (!caret || !end) return;
    const { contentLeft, contentWidth, verticalScrollbarWidth } = this.#editor.getLayoutInfo();
    const last = contentLeft + contentWidth - verticalScrollbarWidth - node.offsetWidth;
    const behind = end.top === caret.top ? end.left + gapPixels : Number.POSITIVE_INFINITY;
    let left = Math.max(contentLeft, Math.min(behind, last));
    const covers = left < caret.left && caret.left < left + node.offsetWidth;
    if (covers) left = Math.max(contentLeft, caret.left - node.offsetWidth);
    node.style.translate = `${left - caret.left}px`;
  }
}

function tag({ name, colour, typing }: TagLine["tags"][number]): HTMLElement {
  const node = document.createElement("span");
  node.className = typing ? "peer-tag peer-tag-typing" : "peer-tag";
  node.style.background = colour;
  node.style.color = inkOn(colour);
  node.textContent = name;
  return node;
}
