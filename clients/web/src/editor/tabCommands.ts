import { IconEye, IconLayoutColumns, IconPhoto, IconPin, IconPinnedOff, IconTable, IconX } from "@tabler/icons-react";
import { isNarrow } from "../app/narrow.ts";
import type { Command } from "../room/commands/Command.ts";
import { hasMod, keyNames } from "../room/commands/keyNames.ts";
import type { Tab } from "../room/deskTabs.ts";
import type { RoomParts } from "../room/RoomContext.ts";
import { viewFor } from "./views/viewFor.ts";

const views = {
  preview: { label: "Show the preview", icon: IconEye },
  table: { label: "Show it as a table", icon: IconTable },
  picture: { label: "Show it as a picture", icon: IconPhoto },
} as const;

/** What one can do with a tab, in its menu and in the list of commands. */
export function tabCommands({ room, desk }: Pick<RoomParts, "room" | "desk">, tab: Tab): readonly Command[] {
  const { id, file, pinned } = tab;
  const tabs = desk.tabs.get();
  const loose = tabs.filter((one) => !one.pinned);
  const node = room.tree.view.get().find((one) => one.id === file);
  const name = node?.name ?? "";
  const view = tab.as === "text" && node?.kind === "file" ? viewFor(name) : undefined;
  return [
    ...(view
      ? [
          {
            id: "viewTab",
            ...views[view],
            keys: keyNames("Mod+Shift+V"),
            run: () => desk.split(id, view, !isNarrow()),
          },
        ]
      : []),
    {
      id: "pinTab",
      label: pinned ? "Unpin the tab" : "Pin the tab",
      icon: pinned ? IconPinnedOff : IconPin,
      keys: keyNames("Shift+Alt+P"),
      run: () => desk.pin(id, !pinned),
    },
    ...(isNarrow() || tab.as !== "text"
      ? []
      : [
          {
            id: "splitTab",
            label: "Split to the right",
            icon: IconLayoutColumns,
            keys: keyNames("Mod+\\"),
            run: () => desk.split(id),
          },
        ]),
    {
      id: "closeTab",
      label: `Close the tab of ${node?.shownName ?? room.tree.nameOf(file) ?? "the file"}`,
      icon: IconX,
      keys: "Del on the tab",
      run: () => desk.close(id),
    },
    ...(loose.some((other) => other.id !== id)
      ? [{ id: "closeOtherTabs", label: "Close the other tabs", run: () => desk.closeOthers(id) }]
      : []),
    ...(loose.length > 0
      ? [
          {
            id: "closeAllTabs",
            label: loose.length < tabs.length ? "Close all tabs that are not pinned" : "Close all tabs",
            run: () => desk.closeOthers(),
          },
        ]
      : []),
  ];
}

/**
 * Ctrl+\ splits the tab in front, Ctrl+Shift+V shows what its text reads as, Shift+Alt+P pins it, wherever the focus is but in a box that has
 * keys of its own (there Ctrl+Shift+V pastes plain text). Returns its end.
 */
export function tabKeys(parts: RoomParts): () => void {
  const onKey = (event: KeyboardEvent) => {
    const { desk } = parts;
    const wanted = commandOf(event);
    const tab = desk.find(desk.front.get());
    if (wanted === undefined || !tab) return;
    if (typesInBox(event.target)) return;
    if (document.querySelector("[role=dialog][aria-modal=true], dialog[open]")) return; // it asks something
    const command = tabCommands(parts, tab).find(({ id }) => id === wanted);
    if (!command) return;
    event.preventDefault();
    event.stopPropagation();
    command.run();
  };
  addEventListener("keydown", onKey, { capture: true });
  return () => removeEventListener("keydown", onKey, { capture: true });
}

function commandOf(event: KeyboardEvent): string | undefined {
  if (event.code === "Backslash" && hasMod(event) && !event.altKey && !event.shiftKey) return "splitTab";
  if (event.code === "KeyV" && hasMod(event) && !event.altKey && event.shiftKey) return "viewTab";
  const plain = !event.ctrlKey && !event.metaKey;
  return event.code === "KeyP" && event.altKey && event.shiftKey && plain ? "pinTab" : undefined;
}

function typesInBox(target: EventTarget | null): boolean {
  if (!(target instanceof Element) || target.closest(".monaco-editor")) return false;
  return target.closest("input, textarea, [contenteditable]") !== null;
}
