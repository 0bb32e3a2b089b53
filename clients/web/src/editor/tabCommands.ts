import { IconLayoutColumns, IconPin, IconPinnedOff, IconX } from "@tabler/icons-react";
import { isNarrow } from "../app/narrow.ts";
import type { Command } from "../room/commands/Command.ts";
import { hasMod, keyNames } from "../room/commands/keyNames.ts";
import type { Desk } from "../room/Desk.ts";
import type { Tab } from "../room/deskTabs.ts";

/** What one can do with a tab, in its menu and in the list of commands. */
export function tabCommands(desk: Desk, { id, pinned }: Tab): readonly Command[] {
  const tabs = desk.tabs.get();
  const loose = tabs.filter((tab) => !tab.pinned);
  return [
    {
      id: "pinTab",
      label: pinned ? "Unpin the tab" : "Pin the tab",
      icon: pinned ? IconPinnedOff : IconPin,
      keys: keyNames("Shift+Alt+P"),
      run: () => desk.pin(id, !pinned),
    },
    ...(isNarrow()
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
    { id: "closeTab", label: "Close the tab", icon: IconX, keys: "Del on the tab", run: () => desk.close(id) },
    ...(loose.some((tab) => tab.id !== id)
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

/** Ctrl+\ splits the tab in front, Shift+Alt+P pins it, wherever the focus is. Returns its end. */
export function tabKeys(desk: Desk): () => void {
  const onKey = (event: KeyboardEvent) => {
    const wanted = commandOf(event);
    const tab = desk.find(desk.front.get());
    if (wanted === undefined || !tab) return;
    if (document.querySelector("[role=dialog][aria-modal=true], dialog[open]")) return; // it asks something
    event.preventDefault();
    event.stopPropagation();
    tabCommands(desk, tab)
      .find(({ id }) => id === wanted)
      ?.run();
  };
  addEventListener("keydown", onKey, { capture: true });
  return () => removeEventListener("keydown", onKey, { capture: true });
}

function commandOf(event: KeyboardEvent): string | undefined {
  if (event.code === "Backslash" && hasMod(event) && !event.altKey && !event.shiftKey) return "splitTab";
  const plain = !event.ctrlKey && !event.metaKey;
  return event.code === "KeyP" && event.altKey && event.shiftKey && plain ? "pinTab" : undefined;
}
