import { isNarrow } from "../app/narrow.ts";
import type { monaco } from "./monaco.ts";

/** How every editor is set up. A narrow screen wraps lines and has no room for margins. */
export function options(): monaco.editor.IStandaloneEditorConstructionOptions {
  const narrow = isNarrow();
  return {
    automaticLayout: true,
    fontFamily: getComputedStyle(document.documentElement).getPropertyValue("--font-code"),
    fontSize: narrow ? 16 : 14,
    lineHeight: 1.55,
    fontLigatures: false,
    minimap: { enabled: false },
    padding: { top: 12, bottom: 12 },
    scrollBeyondLastLine: false,
    smoothScrolling: false,
    cursorSmoothCaretAnimation: "off",
    wordWrap: narrow ? "on" : "off",
    lineNumbersMinChars: narrow ? 2 : 4,
    folding: !narrow,
    glyphMargin: false,
    renderWhitespace: "selection",
    unicodeHighlight: { ambiguousCharacters: false },
    overviewRulerBorder: false,
    fixedOverflowWidgets: true,
    acceptSuggestionOnEnter: "smart", // a word that is typed whole stays, and Enter ends the line
    "semanticHighlighting.enabled": false,
  };
}
