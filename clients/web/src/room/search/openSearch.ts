import { hasMod } from "../commands/keyNames.ts";
import type { RoomParts } from "../RoomContext.ts";

/** Ctrl+Shift+F looks through all files, Ctrl+Shift+H replaces, too, wherever the focus is. Returns its end. */
export function openSearch(parts: RoomParts): () => void {
  const open = (event: KeyboardEvent) => {
    if (!hasMod(event) || !event.shiftKey || event.altKey) return;
    if (event.code !== "KeyF" && event.code !== "KeyH") return;
    event.preventDefault();
    event.stopPropagation();
    if (document.querySelector("[role=dialog][aria-modal=true]")) return; // it asks something else
    askSearch(parts, event.code === "KeyH");
  };
  addEventListener("keydown", open, { capture: true });
  return () => removeEventListener("keydown", open, { capture: true });
}

/** Looks for what is selected in the editor that one is in, if that is a piece of one line. */
export function askSearch({ search, editors }: RoomParts, replaces: boolean): void {
  search.ask(editors.acting?.selected, replaces);
}
