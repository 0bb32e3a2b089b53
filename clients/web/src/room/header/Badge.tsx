import { Tooltip } from "@mantine/core";
import { useAtOnce, useWatch } from "../../app/useWatch.ts";
import { useRoom } from "../RoomContext.ts";
import classes from "./Badge.module.css";
import { badgeOf } from "./badge.ts";

export function Badge() {
  const { room, reached } = useRoom();
  useAtOnce(room.view, ({ unsaved }) => unsaved > 0); // "Saved" never stands a moment longer
  const view = useWatch(room.view);
  const { text, tone, hint } = badgeOf(view, useWatch(reached));
  return (
    <Tooltip label={hint} multiline w={240}>
      <span className={classes.badge} data-tone={tone} data-connection={view.connection}>
        {text}
      </span>
    </Tooltip>
  );
}
