import {
  createLanguageService,
  ScriptKind,
  typescript,
} from "monaco-editor/languages/features/typescript/lib/typescriptServices";
import type { Formatted, ToFormat } from "./Formatting.ts";

/** TypeScript and JavaScript, by what their text says alone: no library is read for it. */
export function formatScript({ text, language, extension, tabs, indent, tabWidth, eol }: ToFormat): Formatted {
  const tagged = extension === "tsx" || extension === "jsx" || language === "javascript";
  const name = `text.${language === "javascript" ? "js" : "ts"}${tagged ? "x" : ""}`;
  const kinds = { "text.ts": ScriptKind.TS, "text.tsx": ScriptKind.TSX, "text.jsx": ScriptKind.JSX };
  const service = createLanguageService({
    getCompilationSettings: () => ({ allowJs: true, noLib: true }),
    getScriptFileNames: () => [name],
    getScriptVersion: () => "1",
    getScriptKind: () => kinds[name as keyof typeof kinds],
    getScriptSnapshot: () => typescript.ScriptSnapshot.fromString(text),
    getCurrentDirectory: () => "",
    getDefaultLibFileName: () => "",
    fileExists: (path: string) => path === name,
    readFile: (path: string) => (path === name ? text : undefined),
  });
  const settings = typescript.getDefaultFormatCodeSettings(eol);
  const edits = service.getFormattingEditsForDocument(name, {
    ...settings,
    convertTabsToSpaces: !tabs,
    indentSize: tabs ? tabWidth : indent,
    tabSize: tabWidth,
  });
  return edits
    .map(({ span, newText }) => ({ start: span.start, end: span.start + span.length, text: newText }))
    .filter(({ start, end, text: becomes }) => text.slice(start, end) !== becomes)
    .toSorted((one, other) => one.start - other.start);
}
