import { flushSync } from "react-dom";
import type { RoomParts } from "../RoomContext.ts";
import { hasMod } from "./keyNames.ts";

/** What stands before a search for commands, before the number of a line, and before symbols of the file on top and of all files. */
export const COMMANDS = ">";
export const LINE = ":";
export const IN_FILE = "@";
export const IN_ROOM = "#";

/**
 * Ctrl+P asks for a file, F1 and Ctrl+Shift+P for a command, Ctrl+Shift+O for a symbol of the file and, pressed again, of the room,
 * wherever the focus is. Returns its end.
 */
export function openPalette({ palette }: RoomParts): () => void {
  const open = (event: KeyboardEvent) => {
    const begin = beginningFor(event, palette.get());
    if (begin === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    if (document.querySelector("[role=dialog][aria-modal=true]")) return; // it asks something else
    flushSync(() => palette.set(begin));
  };
  addEventListener("keydown", open, { capture: true });
  return () => removeEventListener("keydown", open, { capture: true });
}

function beginningFor(event: KeyboardEvent, now: string | undefined): string | undefined {
  if (event.key === "F1") return COMMANDS;
  if (!hasMod(event) || event.altKey) return undefined;
  if (event.code === "KeyP") return event.shiftKey ? COMMANDS : "";
  if (event.code === "KeyO" && event.shiftKey) return now === IN_FILE ? IN_ROOM : IN_FILE;
  return undefined;
}
