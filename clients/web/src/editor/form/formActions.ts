import type { Room } from "@coterie/core";
import { toast } from "../../app/toast.ts";
import { monaco } from "../monaco.ts";
import { offsetsOf } from "../places.ts";
import type { TextBinding } from "../TextBinding.ts";
import type { Asked } from "./editorconfig.ts";
import { tidying } from "./tidy.ts";

interface Doing {
  readonly room: Room;
  readonly file: string;
  readonly editor: monaco.editor.IStandaloneCodeEditor;
  readonly binding: TextBinding;
  readonly asked: () => Asked;
  readonly wrap: () => void;
  readonly minimap: () => void;
  /** What runs again when this file is saved, if anything does. */
  readonly again: () => (() => void) | undefined;
}

/** Whether it was said in this visit that there is nothing to save. */
let said = false;

/** What the editor does for a file's form by key: Ctrl+S tidies it up and may run its program again, Alt+Z wraps its lines. Returns their end. */
export function offerForm(doing: Doing): () => void {
  const { editor, wrap, minimap } = doing;
  const actions = [
    editor.addAction({
      id: "coterie.tidy",
      label: "Tidy up as .editorconfig asks",
      keybindings: [monaco.KeyMod.CtrlCmd | monaco.KeyCode.KeyS],
      run: () => {
        const again = doing.again();
        tidy(doing, again !== undefined);
        again?.();
      },
    }),
    editor.addAction({
      id: "coterie.wrap",
      label: "Wrap long lines, or not",
      keybindings: [monaco.KeyMod.Alt | monaco.KeyCode.KeyZ],
      run: wrap,
    }),
    editor.addAction({ id: "coterie.minimap", label: "Show the minimap, or not", run: minimap }),
  ];
  return () => {
    for (const action of actions) action.dispose();
  };
}

/** Lines where somebody else's caret is stay as they are. */
function tidy({ room, file, editor, binding, asked }: Doing, runs: boolean): void {
  const { model, text } = binding;
  const wanted = asked();
  if (!wanted.trims && !wanted.finalNewline) {
    if (runs) return;
    if (!said) toast("There is nothing to save: what you type is with everyone at once.");
    said = true;
    return;
  }
  if (editor.getOption(monaco.editor.EditorOption.readOnly)) return;
  const others = room.cursors.get().filter((cursor) => cursor.file === file);
  const spared = new Set(
    others.flatMap(({ selections }) =>
      selections.flatMap((place) => {
        const offsets = offsetsOf(text, place);
        return offsets ? [model.getPositionAt(offsets.head).lineNumber] : [];
      }),
    ),
  );
  const edits = tidying(model.getLinesContent(), wanted, spared).map(({ line, column, text: becomes }) => ({
    range: new monaco.Range(line, column, line, model.getLineMaxColumn(line)),
    text: becomes,
  }));
  if (edits.length === 0) return;
  const selections = editor.getSelections() ?? [];
  binding.asOneStep(() => editor.executeEdits("coterie.tidy", edits));
  editor.setSelections(selections); // a caret behind the last letter stays in its line
}
