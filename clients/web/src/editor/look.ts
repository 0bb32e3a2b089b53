import { monaco } from "./monaco.ts";

const rules = {
  light: [
    { token: "comment", foreground: "5d6f66" },
    { token: "keyword", foreground: "8a2b52" },
    { token: "string", foreground: "0b6247" },
    { token: "number", foreground: "8a4b00" },
    { token: "type", foreground: "1f5aa6" },
  ],
  dark: [
    { token: "comment", foreground: "82968b" },
    { token: "keyword", foreground: "f19ab8" },
    { token: "string", foreground: "8fdcb6" },
    { token: "number", foreground: "f2b84b" },
    { token: "type", foreground: "93bdf5" },
  ],
};

/** The editor's colours, as Monaco wants them: the tokens of tokens.css written out. */
monaco.editor.defineTheme("coterie-light", {
  base: "vs",
  inherit: true,
  rules: rules.light,
  colors: {
    "editor.background": "#ffffff",
    "editor.foreground": "#14211b",
    "editorLineNumber.foreground": "#7c8b83",
    "editorLineNumber.activeForeground": "#14211b",
    "editor.lineHighlightBackground": "#f4f7f5",
    "editor.lineHighlightBorder": "#00000000",
    "editorCursor.foreground": "#0b6247",
    "editor.selectionBackground": "#c4e3d5",
    focusBorder: "#0b6247",
  },
});
monaco.editor.defineTheme("coterie-dark", {
  base: "vs-dark",
  inherit: true,
  rules: rules.dark,
  colors: {
    "editor.background": "#151d19",
    "editor.foreground": "#e6eee9",
    "editorLineNumber.foreground": "#718279",
    "editorLineNumber.activeForeground": "#e6eee9",
    "editor.lineHighlightBackground": "#1b2520",
    "editor.lineHighlightBorder": "#00000000",
    "editorCursor.foreground": "#57d3a4",
    "editor.selectionBackground": "#1f4d3c",
    focusBorder: "#57d3a4",
  },
});

export function paint(scheme: "light" | "dark"): void {
  monaco.editor.setTheme(`coterie-${scheme}`);
}
