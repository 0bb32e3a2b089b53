import type { RoomParts } from "../RoomContext.ts";
import { incoming, pathFolder } from "./sources.ts";

/**
 * A picture, or files, that are pasted come into the room, into the folder that is selected in the tree; a text that is pasted goes where it is
 * pasted. Returns its end.
 */
export function takePastes({ bring, shelf }: RoomParts): () => void {
  const paste = (event: ClipboardEvent) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length === 0 || event.clipboardData?.types.includes("text/plain")) return;
    event.preventDefault();
    event.stopPropagation();
    const at = shelf.find(shelf.selected.get());
    const parent = at?.kind === "folder" ? at.id : at?.parent;
    void bring.begin(pathFolder(files.map((file) => incoming(file, nameOf(file, new Date())))), parent);
  };
  addEventListener("paste", paste, { capture: true });
  return () => removeEventListener("paste", paste, { capture: true });
}

/** A picture from the clipboard is called "image.png" whatever it is: one by the time tells it from the next. */
function nameOf({ name }: File, now: Date): string {
  const ending = /^image(\.\w+)$/.exec(name)?.[1];
  if (ending === undefined) return name;
  const two = (part: number) => String(part).padStart(2, "0");
  const day = `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
  return `Pasted ${day} ${two(now.getHours())}.${two(now.getMinutes())}.${two(now.getSeconds())}${ending}`;
}
