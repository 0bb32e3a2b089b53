import type { RoomFile } from "@coterie/core";
import { Button, useComputedColorScheme } from "@mantine/core";
import { useEffect, useMemo, useRef, useState } from "react";
import { Strip } from "../app/Strip.tsx";
import { useWatch } from "../app/useWatch.ts";
import { megabytes } from "../room/bring/plan.ts";
import { takesKeyboard } from "../room/Desk.ts";
import { useRoom } from "../room/RoomContext.ts";
import { watchText } from "../room/watchText.ts";
import classes from "./FilePane.module.css";
import { languageOf } from "./language.ts";
import { partsOf } from "./large.ts";
import { paint } from "./look.ts";
import { monaco } from "./monaco.ts";
import { mostWritten } from "./mostWritten.ts";
import { options } from "./options.ts";
import { shownText } from "./textForm.ts";

/** A text that is too long to be written in together: one part of it at a time, to be read, as it is now. */
export default function LargeText({ file, tab }: { file: RoomFile; tab: string }) {
  const { room, desk } = useRoom();
  const host = useRef<HTMLDivElement>(null);
  const [editor, setEditor] = useState<monaco.editor.IStandaloneCodeEditor>();
  const [text, setText] = useState(() => shownText(file.text.toString(), "\n"));
  const [at, setAt] = useState(0);
  const [line, setLine] = useState<number>();
  const parts = useMemo(() => partsOf(text), [text]);
  const part = parts[Math.min(at, parts.length - 1)]!;
  const inFront = useWatch(desk.front) === tab;
  const target = useWatch(desk.target);
  const scheme = useComputedColorScheme("light", { getInitialValueInEffect: false });
  const name = useWatch(room.tree.view).find(({ id }) => id === file.id)?.name ?? "";

  useEffect(() => watchText(room, file.id, (now) => now !== undefined && setText(shownText(now, "\n"))), [room, file]);
  useEffect(() => {
    const made = monaco.editor.create(host.current!, { ...options(), model: null, readOnly: true });
    made.updateOptions({ readOnlyMessage: { value: "This text is too long to be written in." } });
    setEditor(made);
    return () => made.dispose();
  }, []);
  useEffect(() => paint(scheme), [scheme]);
  useEffect(() => {
    if (!editor) return;
    const model = monaco.editor.createModel(text.slice(part.start, part.end), languageOf(name));
    editor.updateOptions({
      ariaLabel: `A part of ${name}, to read`,
      lineNumbers: (nth) => String(nth + part.line - 1),
    });
    editor.setModel(model);
    return () => model.dispose();
  }, [editor, text, part.start, part.end, part.line, name]);
  useEffect(() => {
    if (!editor || !inFront || target?.file !== file.id) return;
    desk.target.set(undefined);
    const wanted = target.line;
    if (wanted !== undefined) {
      setAt(
        Math.max(
          0,
          parts.findLastIndex((each) => each.line <= wanted),
        ),
      );
      setLine(wanted);
    }
    if (takesKeyboard(target)) editor.focus();
  }, [editor, inFront, target, file, desk, parts]);
  useEffect(() => {
    if (!editor || line === undefined) return;
    editor.setPosition({ lineNumber: Math.max(1, line - part.line + 1), column: 1 });
    editor.revealLineInCenter(editor.getPosition()!.lineNumber);
    setLine(undefined);
  }, [editor, line, part]);

  return (
    <>
      <Strip role="note">
        <span>
          This text has {megabytes(text.length)}, more than the {megabytes(mostWritten)} that people write in together:
          it is shown in parts, to read.
        </span>
        <span className={classes.parts}>
          <Button size="compact-sm" variant="default" disabled={at === 0} onClick={() => setAt(at - 1)}>
            Previous
          </Button>
          <span role="status">
            Part {(at + 1).toLocaleString()} of {parts.length.toLocaleString()}
          </span>
          <Button size="compact-sm" variant="default" disabled={at >= parts.length - 1} onClick={() => setAt(at + 1)}>
            Next
          </Button>
        </span>
      </Strip>
      <div ref={host} className={`${classes.editor} monaco-component`} />
    </>
  );
}
