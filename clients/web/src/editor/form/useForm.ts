import type { RoomFile } from "@coterie/core";
import { useMediaQuery } from "@mantine/hooks";
import { useEffect, useMemo, useRef, useState } from "react";
import { isNarrow } from "../../app/narrow.ts";
import { useWatch } from "../../app/useWatch.ts";
import { useRoom } from "../../room/RoomContext.ts";
import { languageOf } from "../language.ts";
import { monaco } from "../monaco.ts";
import type { TextBinding } from "../TextBinding.ts";
import { type Asked, askedOf } from "./editorconfig.ts";
import { type Settled, settle } from "./settle.ts";

/** Of these nobody indents with spaces, also where there is no line yet to see it by. */
const withTabs = new Set(["go", "makefile"]);

export interface FormOfFile {
  readonly settled: Settled;
  readonly asked: Asked;
}

/** How a file is shown: settles it, keeps its editor so, and tells. */
export function useForm(
  file: RoomFile,
  parts: { editor: monaco.editor.IStandaloneCodeEditor; binding: TextBinding } | undefined,
): FormOfFile {
  const { room, choices, configs } = useRoom();
  const node = useWatch(room.tree.view).find(({ id }) => id === file.id);
  const [name, path] = [node?.name ?? "", node?.path ?? ""];
  const choice = useWatch(choices.all, (all) => all.get(file.id));
  const all = useWatch(configs.all);
  const [seen, setSeen] = useState({ tabs: false, size: 4 });
  const [wraps] = useState(isNarrow);
  const asked = useMemo(() => askedOf(path, all), [path, all]);
  const settled = useMemo(
    () => settle({ choice: choice ?? {}, asked, seen, language: languageOf(name), wraps }),
    [choice, asked, seen, name, wraps],
  );
  const { editor, binding } = parts ?? {};
  const settling = useRef(false); // how the model indents is changed by what stands here, not by a command of Monaco's

  useEffect(() => configs.use(), [configs]);
  useEffect(() => {
    if (!binding) return;
    const { model } = binding;
    const look = () => {
      settling.current = true;
      model.detectIndentation(!withTabs.has(languageOf(name)), 4);
      settling.current = false;
      const { insertSpaces, indentSize } = model.getOptions();
      setSeen({ tabs: !insertSpaces, size: indentSize });
    };
    look();
    let [empty, looking] = [model.getValueLength() === 0, false];
    const changed = model.onDidChangeContent(() => {
      if (empty && !looking && model.getLineCount() > 1) queueMicrotask(look); // a text came all at once
      looking = empty;
      empty = model.getValueLength() === 0;
    });
    const converted = model.onDidChangeOptions(() => settling.current || look());
    return () => {
      changed.dispose();
      converted.dispose();
    };
  }, [binding, name]);
  useEffect(() => {
    if (!editor || !binding) return;
    const { indent, tabWidth, language, wrap, ruler } = settled;
    settling.current = true;
    binding.model.updateOptions({ insertSpaces: !indent.tabs, indentSize: indent.size, tabSize: tabWidth });
    settling.current = false;
    editor.updateOptions({ wordWrap: wrap ? "on" : "off", rulers: ruler === undefined ? [] : [ruler] });
    monaco.editor.setModelLanguage(binding.model, language);
  }, [editor, binding, settled]);
  const wide = useMediaQuery("(min-width: 1400px)", undefined, { getInitialValueInEffect: false });
  const minimap = useWatch(choices.minimap) ?? wide === true;
  useEffect(() => editor?.updateOptions({ minimap: { enabled: minimap } }), [editor, minimap]);
  useEffect(() => {
    if (asked.endOfLine) binding?.endNextLine(asked.endOfLine === "crlf" ? "\r\n" : "\n");
  }, [binding, asked]);

  return { settled, asked };
}
