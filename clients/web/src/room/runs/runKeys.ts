import { hasMod } from "../commands/keyNames.ts";
import type { RoomParts } from "../RoomContext.ts";

/** Ctrl+Shift+R runs the program in front, wherever the focus is. Returns its end. */
export function runKeys({ runs }: RoomParts): () => void {
  const onKey = (event: KeyboardEvent) => {
    if (!hasMod(event) || !event.shiftKey || event.altKey || event.code !== "KeyR") return;
    event.preventDefault();
    event.stopPropagation();
    if (document.querySelector("[role=dialog][aria-modal=true]")) return; // it asks something else
    void runs.run();
  };
  addEventListener("keydown", onKey, { capture: true });
  return () => removeEventListener("keydown", onKey, { capture: true });
}
