import "./features.ts";
import "monaco-editor/languages/definitions/register.all";
import * as monaco from "monaco-editor/editor";
import EditorWorker from "monaco-editor/editor/editor.worker?worker&inline";
import "./json.ts";
import type {} from "./registerLanguage.ts"; // what the languages call, by vite.config.ts

/**
 * Monaco with its editing features and every language's colours (each loaded when a file first needs it), and its one
 * worker, which comes with it: a server that is just away would leave it without. Its own undo history and line endings are not used: the binding owns both.
 */
declare global {
  interface Window {
    MonacoEnvironment?: monaco.Environment;
  }
}

window.MonacoEnvironment = { getWorker: () => new EditorWorker() };

export { monaco };
