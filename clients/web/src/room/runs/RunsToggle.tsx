import { ActionIcon, Tooltip } from "@mantine/core";
import { IconTerminal2 } from "@tabler/icons-react";
import { useWatch } from "../../app/useWatch.ts";
import { useRoom } from "../RoomContext.ts";
import { useRoomView } from "../useRoomView.ts";
import { mayRun } from "./mayRun.ts";
import classes from "./Runs.module.css";

/** Shows the panel of programs or puts it away, and how many of the room's programs run now. */
export function RunsToggle() {
  const { room, runs } = useRoom();
  const isOpen = useWatch(runs.open);
  const view = useRoomView(room);
  const running = useWatch(room.runs.view, (all) => all.filter((run) => mayRun(run, view)).length);
  const label = running > 0 ? `Programs: ${running} running` : "Programs";
  return (
    <Tooltip label={label}>
      <ActionIcon
        className={classes.toggle}
        variant={isOpen ? "light" : "subtle"}
        color={isOpen ? "brand" : "gray"}
        size="lg"
        aria-label={label}
        aria-expanded={isOpen}
        onClick={() => runs.toggle()}
      >
        <IconTerminal2 size={20} />
        {running > 0 && (
          <span className={classes.count} aria-hidden>
            {running}
          </span>
        )}
      </ActionIcon>
    </Tooltip>
  );
}
