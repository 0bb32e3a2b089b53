import type { Observable } from "@coterie/core";
import type { Problem } from "../room/runs/problems/Problem.ts";
import { monaco } from "./monaco.ts";

const owner = "run";

/** Marks in a text what its runs complain of, as long as that does not change. Edits move a mark, until what is marked changes. Returns its end. */
export function markProblems(
  model: monaco.editor.ITextModel,
  file: string,
  marked: Observable<readonly Problem[]>,
): () => void {
  let shown: readonly Problem[] = [];
  const show = () => {
    const now = marked.get().filter((problem) => problem.file === file);
    if (now.length === shown.length && now.every((problem, nth) => problem === shown[nth])) return;
    shown = now;
    monaco.editor.setModelMarkers(
      model,
      owner,
      now.map((problem) => markOf(model, problem)),
    );
  };
  show();
  return marked.subscribe(show);
}

function markOf(model: monaco.editor.ITextModel, problem: Problem): monaco.editor.IMarkerData {
  const { severity, message } = problem;
  const [startLineNumber, startColumn, endColumn] = spanOf(model, problem);
  return {
    severity: severity === "error" ? monaco.MarkerSeverity.Error : monaco.MarkerSeverity.Warning,
    message,
    startLineNumber,
    startColumn,
    endLineNumber: startLineNumber,
    endColumn,
  };
}

/** The word that begins there; without a column all letters of the line. The text may have changed since it ran. */
function spanOf(model: monaco.editor.ITextModel, { line, column }: Problem): readonly [number, number, number] {
  const at = Math.min(line, model.getLineCount());
  const end = model.getLineMaxColumn(at);
  if (column === undefined) return [at, model.getLineFirstNonWhitespaceColumn(at) || 1, end];
  const start = Math.max(1, Math.min(column, end - 1));
  const word = model.getWordAtPosition({ lineNumber: at, column: start });
  return [at, start, word?.endColumn ?? Math.min(start + 1, end)];
}
