import type { RoomParts } from "../RoomContext.ts";
import { droppedFolder } from "./sources.ts";

/**
 * What is dropped from outside comes into the room, wherever it is let go: into the folder of the tree that it is held over, else to the
 * top. No other part of the page ever sees it, and the browser does not leave the room for it. Returns its end.
 */
export function takeDrops({ bring, shelf }: RoomParts): () => void {
  const folderAt = (event: DragEvent): string | undefined => {
    const id = (event.target as Element | null)?.closest?.<HTMLElement>("[data-node]")?.dataset.node;
    const node = shelf.find(id);
    return node?.kind === "folder" ? node.id : node?.parent;
  };
  const over = (event: DragEvent) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    event.stopPropagation();
    event.dataTransfer.dropEffect = "copy";
    bring.over.set(folderAt(event) ?? "top");
  };
  const leave = (event: DragEvent) => {
    if (event.relatedTarget === null) bring.over.set(undefined);
  };
  const drop = (event: DragEvent) => {
    bring.over.set(undefined);
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    event.stopPropagation();
    void bring.begin(droppedFolder(event.dataTransfer.items), folderAt(event));
  };
  const options = { capture: true };
  addEventListener("dragover", over, options);
  addEventListener("dragleave", leave, options);
  addEventListener("drop", drop, options);
  return () => {
    removeEventListener("dragover", over, options);
    removeEventListener("dragleave", leave, options);
    removeEventListener("drop", drop, options);
  };
}
