import { useWatch } from "../../app/useWatch.ts";
import { tabCommands } from "../../editor/tabCommands.ts";
import { useRoom } from "../RoomContext.ts";
import type { Command } from "./Command.ts";

/** Of the tab in front. */
export function useTabCommands(): readonly Command[] {
  const parts = useRoom();
  const { desk } = parts;
  const tabs = useWatch(desk.tabs);
  const front = useWatch(desk.front);
  const tab = tabs.find(({ id }) => id === front);
  return tab ? tabCommands(parts, tab) : [];
}
