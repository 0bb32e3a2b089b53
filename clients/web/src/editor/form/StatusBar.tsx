import { useEffect, useState } from "react";
import { useWatch } from "../../app/useWatch.ts";
import { LINE } from "../../room/commands/openPalette.ts";
import { useRoom } from "../../room/RoomContext.ts";
import { languageOf, titleOf } from "../language.ts";
import { monaco } from "../monaco.ts";
import type { TextBinding } from "../TextBinding.ts";
import { endsCalled, mostLinesEnded } from "../textForm.ts";
import { Choice } from "./Choice.tsx";
import classes from "./StatusBar.module.css";
import type { FormOfFile } from "./useForm.ts";

interface Props {
  readonly file: string;
  readonly name: string;
  readonly editor: monaco.editor.IStandaloneCodeEditor;
  readonly binding: TextBinding;
  readonly form: FormOfFile;
  readonly readOnly: boolean;
}

/** Under an editor: where one is in the file and in which form it is, each a button to change it. */
export function StatusBar({ file, name, editor, binding, form: { settled, asked }, readOnly }: Props) {
  const { choices } = useRoom();
  const form = useWatch(binding.form);
  const choice = useWatch(choices.all, (all) => all.get(file));
  const { indent, tabWidth, indentBy, language, wrap } = settled;
  const asks = (what: string | undefined) => (what === undefined ? undefined : `.editorconfig asks for ${what}.`);
  const byName = languageOf(name);
  const tooMany = binding.model.getLineCount() > mostLinesEnded;
  const languages = monaco.languages.getLanguages().map(({ id }) => ({ id, title: titleOf(id) }));
  return (
    // biome-ignore lint/a11y/useSemanticElements: there are no fields in it
    <div className={classes.bar} role="group" aria-label={`About ${name}`}>
      <Position editor={editor} />
      <Choice
        what="Indentation"
        label={indentLabel(indent)}
        notes={["For you, in this browser", tabWidth === indent.size ? undefined : `A tab is ${tabWidth} columns wide`]}
        items={[
          {
            label: indentBy === "choice" ? "As the file says" : whereFrom[indentBy],
            chosen: indentBy !== "choice",
            run: () => choices.choose(file, { indent: undefined }),
          },
          ...[false, true].flatMap((tabs) =>
            [2, 4, 8].map((size) => ({
              label: indentLabel({ tabs, size }),
              chosen: choice?.indent?.tabs === tabs && choice.indent.size === size,
              run: () => choices.choose(file, { indent: { tabs, size } }),
            })),
          ),
        ]}
      />
      <Choice
        what="Line ends"
        label={endsCalled(form)}
        notes={[
          "In the text, for everyone",
          asks(asked.endOfLine?.toUpperCase()),
          form.even ? undefined : `The next edit ends all in ${form.eol === "\n" ? "LF" : "CRLF"}`,
          tooMany ? `Of ${mostLinesEnded.toLocaleString()} lines at most` : undefined,
        ]}
        items={(["\n", "\r\n"] as const).map((eol) => ({
          label: eol === "\n" ? "LF, as on Linux and macOS" : "CRLF, as on Windows",
          chosen: form.even && form.eol === eol,
          disabled: readOnly || tooMany,
          run: () => binding.endLines(eol),
        }))}
      />
      <Choice
        what="Encoding"
        label={form.marked ? "UTF-8 with BOM" : "UTF-8"}
        notes={["In the text, for everyone", asks(asked.charset)]}
        items={[false, true].map((marked) => ({
          label: marked ? "UTF-8 with a byte order mark" : "UTF-8",
          chosen: form.marked === marked,
          disabled: readOnly,
          run: () => binding.mark(marked),
        }))}
      />
      <Choice
        what="Language"
        label={titleOf(language)}
        notes={["For you, in this browser"]}
        items={[
          {
            label: `By its name: ${titleOf(byName)}`,
            chosen: choice?.language === undefined,
            run: () => choices.choose(file, { language: undefined }),
          },
          ...languages
            .toSorted((one, other) => one.title.localeCompare(other.title))
            .map(({ id, title }) => ({
              label: title,
              chosen: choice?.language === id,
              run: () => choices.choose(file, { language: id }),
            })),
        ]}
      />
      <InStep file={file} />
      <button
        type="button"
        className={classes.button}
        aria-pressed={wrap}
        title="Wrap long lines (Alt+Z)"
        onClick={() => choices.choose(file, { wrap: !wrap })}
      >
        {wrap ? "Wrap: on" : "Wrap: off"}
      </button>
    </div>
  );
}

/** Whether the others have the same of this file, by what they said lately. */
function InStep({ file }: { file: string }) {
  const { room } = useRoom();
  const { withOthers, differs } = useWatch(room.together.inStep.of(file));
  const people = useWatch(room.view, (view) => view.people);
  if (differs.length > 0) {
    const names = differs.map((id) => people.find(({ memberId }) => memberId === id)?.name ?? "Someone").join(", ");
    return (
      <span className={classes.fact} data-differs title="Yours is as the room’s log says: theirs is being read anew.">
        {names} {differs.length === 1 ? "has" : "have"} another copy
      </span>
    );
  }
  if (withOthers === 0) return null;
  return (
    <span className={classes.fact} title="Compared every few seconds, by a hash of the whole file">
      In step with {withOthers} {withOthers === 1 ? "other" : "others"}
    </span>
  );
}

const whereFrom = { editorconfig: "As .editorconfig says", text: "As the file has it" };

function indentLabel({ tabs, size }: { tabs: boolean; size: number }): string {
  return `${tabs ? "Tabs" : "Spaces"}: ${size}`;
}

function Position({ editor }: { editor: monaco.editor.IStandaloneCodeEditor }) {
  const { palette } = useRoom();
  const [label, setLabel] = useState("");
  useEffect(() => {
    const look = () => setLabel(positionIn(editor));
    look();
    const moved = editor.onDidChangeCursorSelection(look);
    return () => moved.dispose();
  }, [editor]);
  return (
    <button type="button" className={classes.button} title="Go to a line" onClick={() => palette.set(LINE)}>
      {label}
    </button>
  );
}

function positionIn(editor: monaco.editor.IStandaloneCodeEditor): string {
  const [selections, model] = [editor.getSelections() ?? [], editor.getModel()];
  const [first] = selections;
  if (!first || !model) return "";
  if (selections.length > 1) return `${selections.length} carets`;
  const at = `Ln ${first.positionLineNumber}, Col ${first.positionColumn}`;
  return first.isEmpty() ? at : `${at} (${model.getValueLengthInRange(first)} selected)`;
}
