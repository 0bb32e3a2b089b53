import type { Command } from "../room/commands/Command.ts";
import type { monaco } from "./monaco.ts";

/** Of no use in a room: it does nothing here, is for who makes editors, or something of the room does it better. */
const left = new Set([
  "editor.action.forceRetokenize",
  "editor.action.formatDocument", // ours says where it cannot
  // What stands below the text says these, and remembers them.
  "editor.action.indentUsingTabs",
  "editor.action.indentUsingSpaces",
  "editor.action.changeTabDisplaySize",
  "editor.action.detectIndentation",
  "editor.action.gotoOffset",
  "editor.actions.findWithArgs",
  "editor.action.marker.nextInFiles", // never leaves the file
  "editor.action.marker.prevInFiles",
  "editor.action.hideHover", // the list took it away
  "editor.action.showDefinitionPreviewHover",
  "editor.action.wordHighlight.trigger",
  "editor.action.resetSuggestSize",
  "editor.toggleImportFold", // nothing here knows imports
]);

/** Monaco knows which keys do what, and says so in its own lists only. */
interface WithKeys {
  readonly _standaloneKeybindingService?: {
    lookupKeybinding(command: string, context: typeof inText): { getLabel(): string | null } | undefined;
  };
}

interface Rules {
  evaluate(context: { getValue(key: string): unknown }): boolean;
}

const focused = new Set(["editorFocus", "editorTextFocus", "textInputFocus"]);

/** A command may have other keys in Monaco's boxes: asked for are those that do it where the text has the keyboard. */
const inText = {
  contextMatchesRules: (rules: Rules | undefined) => rules?.evaluate({ getValue: (key) => focused.has(key) }) ?? true,
};

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
        const keys = service?.lookupKeybinding(action.id, inText)?.getLabel();
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
