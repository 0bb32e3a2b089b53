import { IconFile } from "@tabler/icons-react";
import { type KeyboardEvent, useEffect, useId, useLayoutEffect, useMemo, useRef, useState } from "react";
import { flushSync } from "react-dom";
import { dialogs } from "../../app/Dialog.tsx";
import { useWatch } from "../../app/useWatch.ts";
import { useRoom } from "../RoomContext.ts";
import { useSymbols } from "../symbols/useSymbols.tsx";
import { type Choice, mostShown } from "./Choice.ts";
import type { Command } from "./Command.ts";
import { type Found, find } from "./find.ts";
import { keyNames } from "./keyNames.ts";
import { marked } from "./marked.tsx";
import { COMMANDS, IN_FILE, IN_ROOM, LINE } from "./openPalette.ts";
import classes from "./Palette.module.css";
import { useAllCommands } from "./useAllCommands.ts";

/** The list of files and commands, while it is asked for. It gives way to a dialog: that would lie beneath it. */
export function Palette() {
  const { palette } = useRoom();
  const begun = useWatch(palette);
  const givesWay = useWatch(dialogs, (open) => open.length > 0);
  useEffect(() => {
    if (givesWay) palette.set(undefined);
  }, [givesWay, palette]);
  return begun === undefined || givesWay ? null : (
    <Box key={begun} begun={begun} onClose={() => palette.set(undefined)} />
  );
}

/**
 * One box for going anywhere and doing anything: names of files, behind ">" commands, behind ":" a line, behind "@" and "#" symbols. It
 * has the keyboard from the key that opens it on: what is typed next is never typed into a file.
 */
function Box({ begun, onClose }: { begun: string; onClose: () => void }) {
  const [typed, setTyped] = useState(begun);
  const [at, setAt] = useState(0);
  const dialog = useRef<HTMLDialogElement>(null);
  const box = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const id = useId();
  const named = useChoices(typed);
  const symbols = useSymbols(typed);
  const choices = symbols?.choices ?? named;
  const said = symbols ? symbols.said : choices.length === 0 && noneOf(typed);
  const chosen = Math.min(at, choices.length - 1);

  useLayoutEffect(() => {
    const shown = dialog.current;
    shown?.showModal();
    box.current?.focus();
    box.current?.setSelectionRange(begun.length, begun.length);
    return () => shown?.close(); // what had the focus before has it again
  }, [begun]);
  useEffect(() => {
    list.current?.children[chosen]?.scrollIntoView({ block: "nearest" });
  }, [chosen]);

  const choose = ({ goesAway, run }: Choice) => {
    flushSync(onClose);
    if (goesAway && document.activeElement instanceof HTMLElement) document.activeElement.blur();
    run();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10 }[event.key];
    if (step && choices.length > 0) setAt(around(chosen, step, choices.length));
    else if (event.key === "Enter" && choices[chosen]) choose(choices[chosen]);
    else return;
    event.preventDefault();
  };

  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes it, too
    <dialog
      ref={dialog}
      className={classes.dialog}
      aria-label="Files and commands"
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => event.target === event.currentTarget && onClose()}
    >
      <input
        ref={box}
        className={classes.box}
        aria-label="File or command"
        placeholder={`A file’s name; “${COMMANDS}” commands, “${LINE}” a line, “${IN_FILE}” symbols, “${IN_ROOM}” those of all files`}
        role="combobox"
        aria-expanded
        aria-autocomplete="list"
        aria-controls={id}
        aria-activedescendant={choices.length > 0 ? `${id}-${chosen}` : undefined}
        autoComplete="off"
        spellCheck={false}
        value={typed}
        onKeyDown={onKeyDown}
        onChange={(event) => {
          setTyped(event.currentTarget.value);
          setAt(0);
        }}
      />
      <div ref={list} id={id} role="listbox" aria-label="What was found" className={classes.list}>
        {choices.map((choice, nth) => (
          // biome-ignore lint/a11y/useFocusableInteractive: the box keeps the keyboard and names the active one
          // biome-ignore lint/a11y/useKeyWithClickEvents: the box has the keys
          <div
            key={choice.id}
            id={`${id}-${nth}`}
            role="option"
            aria-selected={nth === chosen}
            className={classes.choice}
            onPointerDown={(event) => event.preventDefault()}
            onPointerMove={() => setAt(nth)}
            onClick={() => choose(choice)}
          >
            <span className={classes.icon}>{choice.icon}</span>
            <span className={classes.label}>{choice.label}</span>
            {choice.side}
          </div>
        ))}
      </div>
      {said && (
        <p className={classes.none} role="status">
          {said}
        </p>
      )}
    </dialog>
  );
}

function useChoices(typed: string): readonly Choice[] {
  const { room, desk, editors } = useRoom();
  const commands = useAllCommands();
  const nodes = useWatch(room.tree.view);
  const recent = useWatch(desk.recent);
  const active = useWatch(desk.active);
  const files = useMemo(() => {
    const rank = new Map(recent.map((file, nth) => [file, nth]));
    const last = recent.length;
    return nodes
      .filter(({ kind }) => kind !== "folder")
      .toSorted((one, other) => (rank.get(one.id) ?? last) - (rank.get(other.id) ?? last));
  }, [nodes, recent]);

  if (typed.startsWith(IN_FILE) || typed.startsWith(IN_ROOM)) return [];
  if (typed.startsWith(COMMANDS))
    return find(commands, ({ label }) => label, typed.slice(COMMANDS.length), commands.length).map(commandChoice);
  const line = /^:(\d{1,9})$/.exec(typed.trim())?.[1];
  const { acting } = editors;
  if (typed.startsWith(LINE))
    return line && acting
      ? [
          {
            id: "line",
            icon: undefined,
            label: `Go to line ${line} of ${acting.lines}`,
            goesAway: true,
            run: () => acting.goTo(Number(line)),
          },
        ]
      : [];
  const [, name = "", inFile] = /^(.*?)(?::(\d{1,9}))?$/.exec(typed) ?? [];
  const others = name.trim() === "" ? files.filter((file) => file.id !== active) : files; // who types nothing goes elsewhere
  return find(others, ({ path }) => path, name, mostShown).map((found) => {
    const { id, path, shownName } = found.item;
    const folder = path.slice(0, -shownName.length).replace(/\/$/, "");
    return {
      id,
      icon: <IconFile size={16} aria-hidden />,
      label: (
        <>
          {marked(path, found.marks, path.length - shownName.length, path.length)}
          {folder && <span className={classes.folder}> {marked(path, found.marks, 0, folder.length)}</span>}
        </>
      ),
      goesAway: true,
      run: () => desk.open(id, { line: inFile === undefined ? undefined : Number(inFile) }),
    };
  });
}

function commandChoice({ item, marks }: Found<Command>): Choice {
  const { id, label, icon: Icon, keys, run } = item;
  return {
    id,
    icon: Icon && <Icon size={16} aria-hidden />,
    label: marked(label, marks, 0, label.length),
    side: keys && <kbd className={classes.keys}>{keys}</kbd>,
    goesAway: false,
    run,
  };
}

function noneOf(typed: string): string {
  if (typed.startsWith(COMMANDS)) return "There is no such command.";
  if (typed.startsWith(LINE)) return "Type the number of a line in the file that is open.";
  return typed.trim() === ""
    ? `There is no other file. ${keyNames("Mod+Shift+P")} or “${COMMANDS}” shows what one can do.`
    : "There is no such file.";
}

function around(at: number, step: number, length: number): number {
  if (Math.abs(step) > 1) return Math.min(Math.max(at + step, 0), length - 1);
  return (at + step + length) % length;
}
