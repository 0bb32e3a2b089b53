import { monaco } from "./monaco.ts";

let made = 0;
const marginPixels = 2; // a caret before the first letter is seen whole; as in peers.css

/**
 * A sheet over an editor's text that scrolls with it and takes no mouse: what lies on it stands in the text's own coordinates, so that
 * scrolling is one change of one style. It is clipped to the text, beside line numbers and scroll bar.
 */
export class Layer {
  readonly node = document.createElement("div");
  readonly #editor: monaco.editor.ICodeEditor;
  readonly #clip = document.createElement("div");
  readonly #widget: monaco.editor.IOverlayWidget;
  readonly #listening: monaco.IDisposable[];

  constructor(editor: monaco.editor.ICodeEditor, className: string) {
    this.#editor = editor;
    this.#clip.className = "peer-clip";
    this.#clip.append(this.node);
    this.node.className = className;
    const id = `peer-layer-${++made}`;
    this.#widget = { getId: () => id, getDomNode: () => this.#clip, getPosition: () => null };
    editor.addOverlayWidget(this.#widget);
    this.#listening = [editor.onDidScrollChange(() => this.#scroll()), editor.onDidLayoutChange(() => this.#fit())];
    this.#fit();
  }

  dispose(): void {
    for (const each of this.#listening) each.dispose();
    this.#editor.removeOverlayWidget(this.#widget);
  }

  #fit(): void {
    const { contentLeft, contentWidth, height, verticalScrollbarWidth } = this.#editor.getLayoutInfo();
    const { style } = this.#clip;
    style.left = `${contentLeft - marginPixels}px`;
    style.width = `${contentWidth - verticalScrollbarWidth + marginPixels}px`;
    style.height = `${height}px`;
    style.setProperty("--peer-line", `${this.#editor.getOption(monaco.editor.EditorOption.lineHeight)}px`);
    this.#scroll();
  }

  #scroll(): void {
    this.node.style.transform = `translate(${-this.#editor.getScrollLeft()}px, ${-this.#editor.getScrollTop()}px)`;
  }
}
