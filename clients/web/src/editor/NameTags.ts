import { inkOn } from "./ink.ts";
import { monaco } from "./monaco.ts";

export interface TagLine {
  readonly line: number;
  readonly tags: { readonly key: string; readonly name: string; readonly colour: string; readonly typing: boolean }[];
}

interface Shown {
  readonly widget: monaco.editor.IContentWidget;
  readonly node: HTMLElement;
  line: number;
  drawn: string;
}

/** Names of people behind the end of their lines: one widget per line, kept and moved rather than made anew. */
export class NameTags {
  readonly #editor: monaco.editor.ICodeEditor;
  readonly #shown: Shown[] = [];
  #made = 0;

  constructor(editor: monaco.editor.ICodeEditor) {
    this.#editor = editor;
  }

  show(lines: readonly TagLine[]): void {
    while (this.#shown.length > lines.length) this.#editor.removeContentWidget(this.#shown.pop()!.widget);
    for (const [nth, line] of lines.entries()) {
      const shown = this.#shown[nth] ?? this.#add();
      shown.line = line.line;
      const drawn = JSON.stringify(line.tags);
      if (drawn !== shown.drawn) shown.node.replaceChildren(...line.tags.map(tag));
      shown.drawn = drawn;
      this.#editor.layoutContentWidget(shown.widget);
    }
  }

  clear(): void {
    this.show([]);
  }

  #add(): Shown {
    const node = document.createElement("div");
    node.className = "peer-tags";
    node.ariaHidden = "true";
    const id = `peer-tags-${++this.#made}`;
    const shown: Shown = {
      node,
      line: 1,
      drawn: "",
      widget: {
        getId: () => id,
        getDomNode: () => node,
        getPosition: () => ({
          position: { lineNumber: shown.line, column: this.#endOf(shown.line) },
          preference: [monaco.editor.ContentWidgetPositionPreference.EXACT],
        }),
      },
    };
    this.#shown.push(shown);
    this.#editor.addContentWidget(shown.widget);
    return shown;
  }

  #endOf(line: number): number {
    const model = this.#editor.getModel();
    return model && line <= model.getLineCount() ? model.getLineMaxColumn(line) : 1;
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
