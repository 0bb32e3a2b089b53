import type { Command } from "../room/commands/Command.ts";
import type { monaco } from "./monaco.ts";

/** Of no use in a room. */
const left = new Set([
  "editor.action.forceRetokenize",
  "editor.action.formatDocument", // ours says where it cannot
]);

/** Monaco knows which keys do what, and says so in its own lists only. */
interface WithKeys {
  readonly _standaloneKeybindingService?: {
    lookupKeybinding(command: string): { getLabel(): string | null } | undefined;
  };
}

/** What the editor that one is in, or was in last, can do. */
export class EditorCommands {
  readonly #editor: monaco.editor.IStandaloneCodeEditor;

  constructor(editor: monaco.editor.IStandaloneCodeEditor) {
    this.#editor = editor;
  }

  commands(): readonly Command[] {
    const service = (this.#editor as WithKeys)._standaloneKeybindingService;
    return this.#editor
      .getSupportedActions()
      .filter((action) => action.label !== "" && !left.has(action.id) && action.isSupported())
      .map((action) => {
        const keys = service?.lookupKeybinding(action.id)?.getLabel();
        return {
          id: action.id,
          label: sentence(action.label),
          ...(keys && { keys }),
          run: () => {
            this.#editor.focus();
            void action.run();
          },
        };
      })
      .toSorted((one, other) => one.label.localeCompare(other.label));
  }

  /** @param line from 1 */
  goTo(line: number): void {
    const last = this.#editor.getModel()?.getLineCount() ?? 1;
    this.#editor.setPosition({ lineNumber: Math.min(Math.max(line, 1), last), column: 1 });
    this.#editor.revealLineInCenterIfOutsideViewport(Math.min(Math.max(line, 1), last));
    this.#editor.focus();
  }

  /** What is selected, where that is a piece of one line. */
  get selected(): string | undefined {
    const [model, selection] = [this.#editor.getModel(), this.#editor.getSelection()];
    if (!model || !selection || selection.isEmpty() || selection.startLineNumber !== selection.endLineNumber)
      return undefined;
    return model.getValueInRange(selection);
  }

  get lines(): number {
    return this.#editor.getModel()?.getLineCount() ?? 0;
  }
}

/** Monaco writes "Go to Line/Column..." where the room writes "Go to line". */
function sentence(label: string): string {
  const words = label.replace(/\.{3}|…/u, "").split(" ");
  return words.map((word, nth) => (nth === 0 || /\p{Lu}.*\p{Lu}/u.test(word) ? word : word.toLowerCase())).join(" ");
}
