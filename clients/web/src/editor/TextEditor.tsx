import type { Room, RoomFile } from "@coterie/core";
import { useComputedColorScheme } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import { toast } from "../app/toast.ts";
import { useWatch } from "../app/useWatch.ts";
import { takesKeyboard } from "../room/Desk.ts";
import { useRoom } from "../room/RoomContext.ts";
import { Bookmark } from "./Bookmark.ts";
import { Companion } from "./Companion.ts";
import { EditorCommands } from "./EditorCommands.ts";
import classes from "./FilePane.module.css";
import { offerForm } from "./form/formActions.ts";
import { StatusBar } from "./form/StatusBar.tsx";
import { useForm } from "./form/useForm.ts";
import { offerFormat } from "./format/formatAction.ts";
import { HighlightButton } from "./HighlightButton.ts";
import { refuseHugePastes } from "./large.ts";
import { offerLines } from "./lineActions.ts";
import { paint } from "./look.ts";
import { markProblems } from "./markProblems.ts";
import { monaco } from "./monaco.ts";
import { options } from "./options.ts";
import { PeerCursors } from "./PeerCursors.ts";
import { offsetsOf, placeOf, rangeOf } from "./places.ts";
import { SharedHighlights } from "./SharedHighlights.ts";
import { TextBinding } from "./TextBinding.ts";
import type { Eol } from "./textForm.ts";

const prose = new Set(["plaintext", "markdown", "restructuredtext"]);

interface Parts {
  readonly editor: monaco.editor.IStandaloneCodeEditor;
  readonly binding: TextBinding;
  readonly peers: PeerCursors;
  readonly shared: SharedHighlights;
}

interface Props {
  file: RoomFile;
  /** The tab that it stands in: the same file may stand in another one, too. */
  tab: string;
  readOnly: boolean;
  /** Whether it begins with the focus, where nothing else has it. */
  takesFocus: boolean;
}

/**
 * Monaco on one file of the room: text, undo, carets of the others, and word of where I am. It stands, with its focus and caret,
 * while the file's document is made anew; when it was put away meanwhile, it begins where I was.
 */
export default function TextEditor({ file, tab, readOnly, takesFocus }: Props) {
  const { room, desk, pointer, editors, draft, choices, runs } = useRoom();
  const host = useRef<HTMLDivElement>(null);
  const [parts, setParts] = useState<Parts>();
  const name = useWatch(room.tree.view).find((node) => node.id === file.id)?.name ?? "";
  const target = useWatch(desk.target);
  const inFront = useWatch(desk.front) === tab;
  const form = useForm(file, parts);
  const { language } = form.settled;
  const latest = useRef(form);
  latest.current = form;
  const scheme = useComputedColorScheme("light", { getInitialValueInEffect: false });

  useEffect(() => {
    const binding = new TextBinding(file.text, file.undo);
    binding.onEvened = tellEvened;
    const editor = monaco.editor.create(host.current!, { ...options(), model: binding.model });
    const peers = new PeerCursors(editor, file.text);
    const shared = new SharedHighlights(editor, file.text, (one) => room.together.highlights.clear(one));
    const detach = binding.attach(editor);
    offerLines(editor, () => room.tree.view.get().find((node) => node.id === file.id)?.path ?? "", draft);
    const follow = () => {
      if (file.text === binding.text) return;
      if (file.state.get() !== "ready") return binding.hold();
      binding.moveTo(file.text, file.undo);
      peers.moveTo(file.text);
      shared.moveTo(file.text);
    };
    const stop = file.state.subscribe(follow);
    editors.bookmarkIn(tab)?.restore(editor, file.text);
    const leave = editors.stand(tab, () => new Bookmark(editor, binding.text));
    if (takesFocus && document.activeElement === document.body) editor.focus();
    setParts({ editor, binding, peers, shared });
    return () => {
      setParts(undefined);
      stop();
      leave();
      detach();
      peers.dispose();
      shared.dispose();
      editor.dispose();
      binding.dispose();
    };
  }, [file, tab, takesFocus, editors, room, draft]);

  useEffect(() => paint(scheme), [scheme]);
  useEffect(() => {
    parts?.editor.updateOptions({ quickSuggestions: !prose.has(language) }); // Enter ends a line there, nothing else
    parts?.editor.updateOptions({ ariaLabel: `${name}. Press Control M to let Tab move the focus.` });
  }, [parts, name, language]);
  useEffect(() => {
    if (!parts) return;
    const wrap = () => choices.choose(file.id, { wrap: !latest.current.settled.wrap });
    const minimap = () => choices.showMinimap(!parts.editor.getOption(monaco.editor.EditorOption.minimap).enabled);
    const again = () => runs.againOnSave(file.id);
    const called = () => room.tree.nameOf(file.id) ?? "";
    const ends = [
      offerForm({ ...parts, room, file: file.id, asked: () => latest.current.asked, wrap, minimap, again }),
      offerFormat(parts.editor, parts.binding, called),
      refuseHugePastes(parts.editor),
    ];
    return () => {
      for (const end of ends) end();
    };
  }, [parts, room, file, choices, runs]);
  useEffect(() => parts && markProblems(parts.binding.model, file.id, runs.problems.marked), [parts, file, runs]);
  useEffect(() => {
    parts?.editor.updateOptions({ readOnly, readOnlyMessage: { value: "You cannot edit here now." } });
  }, [parts, readOnly]);
  useEffect(() => {
    const show = () => parts?.peers.show(room.cursors.get().filter((cursor) => cursor.file === file.id));
    show();
    return room.cursors.subscribe(show);
  }, [parts, room, file]);

  useEffect(() => {
    if (!parts) return;
    const { highlights } = room.together;
    const { editor, shared } = parts;
    const show = () => shared.show(highlights.view.get().filter((highlight) => highlight.file === file.id));
    show();
    const stop = highlights.view.subscribe(show);
    const button = new HighlightButton(
      editor,
      () => highlights.mayHighlight,
      () => highlight(room, file, editor),
    );
    return () => {
      stop();
      button.dispose();
    };
  }, [parts, room, file]);

  useEffect(() => {
    if (!parts || !inFront) return;
    const { following } = room.together;
    const { editor, binding } = parts;
    const companion = new Companion(editor, () => following.stop());
    const show = () => {
      const place = following.followed.get()?.held === false ? following.place.get() : undefined;
      companion.show(binding.text, place?.file === file.id ? place : undefined);
    };
    const stops = [
      following.place.subscribe(show),
      following.followed.subscribe(show),
      binding.onTyped(() => following.stop()),
    ];
    show();
    return () => {
      for (const stop of stops) stop();
      companion.dispose();
    };
  }, [parts, inFront, room, file]);

  useEffect(() => {
    if (!parts || !inFront) return;
    const { editor, binding } = parts;
    const say = () => {
      const topLine = topLineOf(editor);
      pointer.move({ file: file.id, topLine, selections: selectionsOf(editor, file) });
      const top = editors.top.get();
      if (top?.file !== file.id || top.line !== topLine) editors.top.set({ file: file.id, line: topLine });
    };
    const ends = [editor.onDidChangeCursorSelection(say), editor.onDidScrollChange(say)];
    const stops = [
      binding.onTyped(() => {
        pointer.typed();
        parts.peers.typed();
      }),
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
  }, [parts, inFront, file, pointer, editors]);

  useEffect(() => {
    if (!parts || !inFront) return;
    const commands = new EditorCommands(parts.editor);
    editors.acting = commands;
    return () => {
      if (editors.acting === commands) editors.acting = undefined;
    };
  }, [parts, inFront, editors]);

  useEffect(() => {
    if (!parts || !inFront || target?.file !== file.id) return;
    desk.target.set(undefined);
    const person = room.cursors.get().find((cursor) => cursor.memberId === target.person && cursor.file === file.id);
    const place = person?.selections[0] && offsetsOf(file.text, person.selections[0]);
    if (place) parts.editor.revealPositionInCenter(parts.binding.model.getPositionAt(place.head));
    if (target.atEnd) parts.editor.setPosition(parts.binding.model.getFullModelRange().getEndPosition());
    if (target.line !== undefined) goTo(parts.editor, target.line, target.column);
    const focus = () => takesKeyboard(target) && !typesElsewhere() && parts.editor.focus();
    if (host.current?.checkVisibility()) focus();
    else requestAnimationFrame(focus); // its tab comes to the front in this turn
  }, [parts, inFront, target, file, room, desk]);

  // The editor's menu stands beside the editor in here: by the second class it finds the theme's colours.
  return (
    <>
      <div ref={host} className={`${classes.editor} monaco-component`} />
      {parts && <StatusBar {...parts} file={file.id} name={name} form={form} readOnly={readOnly} />}
    </>
  );
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

/** What is selected, for everyone to see; the caret stays at its end. */
function highlight(room: Room, file: RoomFile, editor: monaco.editor.ICodeEditor): void {
  const { highlights } = room.together;
  if (!highlights.mayHighlight) {
    toast("Only owners and editors can highlight for everyone.", { tone: "danger" });
    return;
  }
  const model = editor.getModel()!;
  for (const selection of editor.getSelections() ?? []) {
    const [start, end] = [selection.getStartPosition(), selection.getEndPosition()].map((at) => model.getOffsetAt(at));
    if (start === end) continue;
    const range = rangeOf(file.text, start!, end!);
    highlights.add(file.id, range.start, range.end);
  }
  const [last] = (editor.getSelections() ?? []).slice(-1);
  if (last) editor.setPosition(last.getPosition());
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

function tellEvened(eol: Eol): void {
  const called = eol === "\n" ? "LF" : "CRLF";
  toast(`Not all lines of this text ended in ${called}. With your edit they do; one undo takes both back.`);
}
