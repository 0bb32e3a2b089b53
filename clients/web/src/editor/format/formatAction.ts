import { toast, words } from "../../app/toast.ts";
import { AskedWorker } from "../../room/zip/AskedWorker.ts";
import { titleOf } from "../language.ts";
import { monaco } from "../monaco.ts";
import type { TextBinding } from "../TextBinding.ts";
import type { Formatted, ToFormat } from "./Formatting.ts";

const formatted = new Set(["typescript", "javascript", "json", "css", "scss", "less", "html"]);
const patienceMs = 60_000; // the first time the service has to come first
const restMs = 120_000;
/** Times that it is begun again because somebody wrote meanwhile. */
const tries = 5;

const worker = new AskedWorker<ToFormat, Formatted>(
  () => new Worker(new URL("./format.worker.ts", import.meta.url), { type: "module" }),
  patienceMs,
  restMs,
);

/** "Format document", in the editor's menu, by key and in the list of commands: for every language, and where there is none for it, it says so. Returns its end. */
export function offerFormat(
  editor: monaco.editor.IStandaloneCodeEditor,
  binding: TextBinding,
  name: () => string,
): () => void {
  const action = editor.addAction({
    id: "coterie.format",
    label: "Format Document",
    keybindings: [monaco.KeyMod.Shift | monaco.KeyMod.Alt | monaco.KeyCode.KeyF],
    precondition: "!editorReadonly",
    contextMenuGroupId: "1_modification",
    contextMenuOrder: 1.3,
    run: () => format(editor, binding, name()),
  });
  return () => action.dispose();
}

async function format(editor: monaco.editor.IStandaloneCodeEditor, binding: TextBinding, name: string): Promise<void> {
  const { model } = binding;
  const language = model.getLanguageId();
  if (!formatted.has(language)) {
    toast(`There is no formatting for ${titleOf(language)} here.`);
    return;
  }
  const extension = name.slice(name.lastIndexOf(".") + 1).toLowerCase();
  try {
    for (let nth = 0; nth < tries; nth++) {
      const { insertSpaces, indentSize, tabSize } = model.getOptions();
      const [text, version] = [model.getValue(), model.getVersionId()];
      const how = { tabs: !insertSpaces, indent: indentSize, tabWidth: tabSize, eol: model.getEOL() };
      const edits = await worker.ask({ text, language, extension, ...how });
      if (model.isDisposed() || editor.getModel() !== model) return;
      if (model.getVersionId() !== version) continue;
      apply(editor, binding, edits);
      return;
    }
    toast(`${name} was not formatted: others write in it all the time.`);
  } catch (error) {
    toast(`${name} was not formatted. ${words(error)}`, { tone: "danger" });
  }
}

function apply(editor: monaco.editor.IStandaloneCodeEditor, binding: TextBinding, edits: Formatted): void {
  if (edits.length === 0) return;
  const { model } = binding;
  const replacements = edits.map(({ start, end, text }) => ({
    range: monaco.Range.fromPositions(model.getPositionAt(start), model.getPositionAt(end)),
    text,
    forceMoveMarkers: true,
  }));
  binding.asOneStep(() => editor.executeEdits("coterie.format", replacements));
}
