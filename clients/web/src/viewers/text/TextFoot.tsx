import { Choice } from "../../editor/form/Choice.tsx";
import classes from "../../editor/form/StatusBar.module.css";
import { endsCalled, type Form } from "../../editor/textForm.ts";
import { type Coding, calledOf, codings } from "../coding.ts";

interface Props {
  readonly name: string;
  readonly form: Form;
  readonly coding: Coding;
  /** Whether the file itself says how it is written. */
  readonly sure: boolean;
  readonly onCoding: (coding: Coding) => void;
}

/** Under a text that is only read: in which form it is, and another encoding to read it by. */
export function TextFoot({ name, form, coding, sure, onCoding }: Props) {
  const called = calledOf(coding).replace(/ \(.*\)/, "");
  return (
    // biome-ignore lint/a11y/useSemanticElements: there are no fields in it
    <div className={classes.bar} role="group" aria-label={`About ${name}`}>
      <span className={classes.fact} title="Line ends">
        {endsCalled(form)}
      </span>
      <Choice
        what="Encoding"
        label={`${called}${form.marked ? " with BOM" : ""}${sure ? "" : "?"}`}
        notes={[
          "For you, to read it by: its bytes stay as they are",
          sure ? undefined : "It does not say how it is written: this is a guess",
        ]}
        items={codings.map(([id, label]) => ({ label, chosen: id === coding, run: () => onCoding(id) }))}
      />
    </div>
  );
}
