import { monaco } from "./monaco.ts";

/** A selection rests this long before the button comes, so that it does not run along with one that is being drawn. */
const restsMs = 500;
let made = 0;

/** Offers, over the end of a selection that rests, to highlight it for everyone; also by key and in the editor's menu and commands. */
export class HighlightButton {
  readonly #editor: monaco.editor.IStandaloneCodeEditor;
  readonly #widget: monaco.editor.IContentWidget;
  readonly #listening: monaco.IDisposable[];
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #may: () => boolean;
  #shows = false;

  /** @param may whether to offer it now */
  constructor(editor: monaco.editor.IStandaloneCodeEditor, may: () => boolean, onHighlight: () => void) {
    this.#editor = editor;
    this.#may = may;
    const node = document.createElement("button");
    node.type = "button";
    node.className = "highlight-button";
    node.textContent = "Highlight for everyone";
    node.tabIndex = -1; // by keyboard there is a key for it
    node.addEventListener("mousedown", (event) => event.preventDefault());
    node.addEventListener("click", () => {
      onHighlight();
      this.#hide();
    });
    const id = `highlight-button-${++made}`;
    const { ABOVE, BELOW } = monaco.editor.ContentWidgetPositionPreference;
    this.#widget = {
      getId: () => id,
      getDomNode: () => node,
      getPosition: () => {
        const selection = editor.getSelection();
        return selection && { position: selection.getPosition(), preference: [ABOVE, BELOW] };
      },
    };
    this.#listening = [
      editor.onDidChangeCursorSelection(() => this.#rest()),
      editor.onDidBlurEditorWidget(() => this.#hide()),
      editor.onDidChangeModelContent(() => this.#hide()),
      editor.addAction({
        id: "coterie.highlight",
        label: "Highlight for Everyone",
        keybindings: [monaco.KeyMod.CtrlCmd | monaco.KeyMod.Alt | monaco.KeyCode.KeyH],
        precondition: "editorHasSelection",
        contextMenuGroupId: "navigation",
        contextMenuOrder: 9,
        run: onHighlight,
      }),
    ];
  }

  dispose(): void {
    clearTimeout(this.#timer);
    for (const each of this.#listening) each.dispose();
    this.#hide();
  }

  #rest(): void {
    this.#hide();
    if (this.#editor.getSelection()?.isEmpty() !== false) return;
    this.#timer = setTimeout(() => {
      if (!this.#editor.hasTextFocus() || !this.#may()) return;
      this.#shows = true;
      this.#editor.addContentWidget(this.#widget);
    }, restsMs);
  }

  #hide(): void {
    clearTimeout(this.#timer);
    if (this.#shows) this.#editor.removeContentWidget(this.#widget);
    this.#shows = false;
  }
}
