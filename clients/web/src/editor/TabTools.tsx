import { ActionIcon, Tooltip } from "@mantine/core";
import type { IDockviewHeaderActionsProps } from "dockview-react";
import type { MouseEvent } from "react";
import { useWatch } from "../app/useWatch.ts";
import { useRoom } from "../room/RoomContext.ts";
import { RunButton } from "../room/runs/RunButton.tsx";
import classes from "./FileTabs.module.css";
import { tabCommands } from "./tabCommands.ts";

const shown: readonly string[] = ["viewTab", "splitTab"];

/** At the right end of a row of tabs: what can be done at once with the one that shows. */
export function TabTools({ activePanel }: IDockviewHeaderActionsProps) {
  const parts = useRoom();
  const tab = useWatch(parts.desk.tabs).find(({ id }) => id === activePanel?.id);
  const nodes = useWatch(parts.room.tree.view); // its name says what it can be shown as
  if (!tab) return null;
  const commands = tabCommands(parts, tab).filter(({ id }) => shown.includes(id));
  return (
    <div className={classes.tools}>
      <RunButton node={nodes.find(({ id }) => id === tab.file)} />
      {commands.map(({ id, label, icon: Icon, keys, run }) => (
        <Tooltip key={id} label={keys ? `${label} (${keys})` : label}>
          <ActionIcon variant="subtle" color="gray" size="md" aria-label={label} onMouseDown={stay} onClick={run}>
            {Icon && <Icon size={16} />}
          </ActionIcon>
        </Tooltip>
      ))}
    </div>
  );
}

/** The keyboard stays in the text. */
function stay(event: MouseEvent): void {
  event.preventDefault();
}
