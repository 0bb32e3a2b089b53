import type { RoomFile } from "@coterie/core";
import { useComputedColorScheme } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import { useWatch } from "../app/useWatch.ts";
import { useRoom } from "../room/RoomContext.ts";
import { Bookmark } from "./Bookmark.ts";
import classes from "./FilePane.module.css";
import { languageOf } from "./language.ts";
import { offerLines } from "./lineActions.ts";
import { paint } from "./look.ts";
import { monaco } from "./monaco.ts";
import { options } from "./options.ts";
import { PeerCursors } from "./PeerCursors.ts";
import { offsetsOf, placeOf } from "./places.ts";
import { TextBinding } from "./TextBinding.ts";

const prose = new Set(["plaintext", "markdown", "restructuredtext"]);

interface Parts {
  readonly editor: monaco.editor.IStandaloneCodeEditor;
  readonly binding: TextBinding;
  readonly peers: PeerCursors;
}

interface Props {
  file: RoomFile;
  readOnly: boolean;
  /** Whether it begins with the focus, where nothing else has it. */
  takesFocus: boolean;
}

/**
 * Monaco on one file of the room: text, undo, carets of the others, and word of where I am. It stands, with its focus and caret,
 * while the file's document is made anew; when it was put away meanwhile, it begins where I was.
 */
export default function TextEditor({ file, readOnly, takesFocus }: Props) {
  const { room, desk, pointer, editors, draft } = useRoom();
  const host = useRef<HTMLDivElement>(null);
  const [parts, setParts] = useState<Parts>();
  const name = useWatch(room.tree.view).find((node) => node.id === file.id)?.name ?? "";
  const cursors = useWatch(room.cursors);
  const target = useWatch(desk.target);
  const active = useWatch(desk.active);
  const scheme = useComputedColorScheme("light");

  useEffect(() => {
    const binding = new TextBinding(file.text, file.undo);
    const editor = monaco.editor.create(host.current!, { ...options(), model: binding.model });
    const peers = new PeerCursors(editor, file.text);
    const detach = binding.attach(editor);
    offerLines(editor, () => room.tree.view.get().find((node) => node.id === file.id)?.path ?? "", draft);
    const follow = () => {
      if (file.text === binding.text) return;
      if (file.state.get() !== "ready") return binding.hold();
      binding.moveTo(file.text, file.undo);
      peers.moveTo(file.text);
    };
    const stop = file.state.subscribe(follow);
    editors.bookmarkIn(file.id)?.restore(editor, file.text);
    if (takesFocus && document.activeElement === document.body) editor.focus();
    setParts({ editor, binding, peers });
    return () => {
      setParts(undefined);
      stop();
      editors.keep(file.id, new Bookmark(editor, binding.text));
      detach();
      peers.dispose();
      editor.dispose();
      binding.dispose();
    };
  }, [file, takesFocus, editors, room, draft]);

  useEffect(() => paint(scheme), [scheme]);
  useEffect(() => {
    const language = languageOf(name);
    if (parts) monaco.editor.setModelLanguage(parts.binding.model, language);
    parts?.editor.updateOptions({ quickSuggestions: !prose.has(language) }); // Enter ends a line there, nothing else
    parts?.editor.updateOptions({ ariaLabel: `${name}. Press Control M to let Tab move the focus.` });
  }, [parts, name]);
  useEffect(() => {
    parts?.editor.updateOptions({ readOnly, readOnlyMessage: { value: "You cannot edit here now." } });
  }, [parts, readOnly]);
  useEffect(() => {
    parts?.peers.show(cursors.filter((cursor) => cursor.file === file.id));
  }, [parts, cursors, file]);

  useEffect(() => {
    if (!parts || active !== file.id) return;
    const { editor, binding } = parts;
    const say = () =>
      pointer.move({ file: file.id, topLine: topLineOf(editor), selections: selectionsOf(editor, file) });
    const ends = [editor.onDidChangeCursorSelection(say), editor.onDidScrollChange(say)];
    const stops = [
      binding.onTyped(() => pointer.typed()),
      file.state.subscribe(() => {
        if (file.state.get() === "ready") say(); // in a document made anew every place is called otherwise
      }),
    ];
    say();
    return () => {
      for (const end of ends) end.dispose();
      for (const stop of stops) stop();
      pointer.leave();
    };
  }, [parts, active, file, pointer]);

  useEffect(() => {
    if (!parts || target?.file !== file.id) return;
    desk.target.set(undefined);
    const person = cursors.find((cursor) => cursor.memberId === target.person && cursor.file === file.id);
    const place = person?.selections[0] && offsetsOf(file.text, person.selections[0]);
    if (place) parts.editor.revealPositionInCenter(parts.binding.model.getPositionAt(place.head));
    if (target.atEnd) parts.editor.setPosition(parts.binding.model.getFullModelRange().getEndPosition());
    if (target.line !== undefined) goTo(parts.editor, target.line, target.column);
    if (target.focus && !typesElsewhere()) parts.editor.focus();
  }, [parts, target, file, cursors, desk]);

  return <div ref={host} className={classes.editor} />;
}

/** Whether a box, a menu or a dialog outside the editors has the keyboard: what is begun there must not go on in a file that has just come. */
function typesElsewhere(): boolean {
  const begun = document.activeElement?.closest("input, textarea, [contenteditable], [role=menu], [role=dialog]");
  return begun != null && begun.closest(".monaco-editor") === null;
}

function goTo(editor: monaco.editor.ICodeEditor, lineNumber: number, column = 1): void {
  editor.setPosition({ lineNumber, column });
  editor.revealLineInCenterIfOutsideViewport(editor.getPosition()?.lineNumber ?? 1);
}

function topLineOf(editor: monaco.editor.ICodeEditor): number {
  return editor.getVisibleRanges()[0]?.startLineNumber ?? 1;
}

function selectionsOf(editor: monaco.editor.ICodeEditor, file: RoomFile) {
  const model = editor.getModel()!;
  return (editor.getSelections() ?? []).slice(0, 16).map((selection) => {
    const anchor = model.getOffsetAt({
      lineNumber: selection.selectionStartLineNumber,
      column: selection.selectionStartColumn,
    });
    return placeOf(file.text, anchor, model.getOffsetAt(selection.getPosition()));
  });
}
