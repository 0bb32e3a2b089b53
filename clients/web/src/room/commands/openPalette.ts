import { flushSync } from "react-dom";
import type { RoomParts } from "../RoomContext.ts";
import { hasMod } from "./keyNames.ts";

/** What stands before a search for commands, and before the number of a line. */
export const COMMANDS = ">";
export const LINE = ":";

/** Ctrl+P asks for a file, F1 and Ctrl+Shift+P for a command, wherever the focus is. Returns its end. */
export function openPalette({ palette }: RoomParts): () => void {
  const open = (event: KeyboardEvent) => {
    const p = event.code === "KeyP" && hasMod(event) && !event.altKey;
    if (!p && event.key !== "F1") return;
    event.preventDefault();
    event.stopPropagation();
    if (document.querySelector("[role=dialog][aria-modal=true]")) return; // it asks something else
    flushSync(() => palette.set(event.key === "F1" || event.shiftKey ? COMMANDS : ""));
  };
  addEventListener("keydown", open, { capture: true });
  return () => removeEventListener("keydown", open, { capture: true });
}
