import { Tooltip } from "@mantine/core";
import { useCalmly } from "../../app/useCalmly.ts";
import { useWatch } from "../../app/useWatch.ts";
import { useRoom } from "../RoomContext.ts";
import classes from "./Badge.module.css";
import { badgeOf } from "./badge.ts";

export function Badge() {
  const { room, reached } = useRoom();
  const view = useCalmly(room.view);
  const { text, tone, hint } = badgeOf(view, useWatch(reached));
  return (
    <Tooltip label={hint} multiline w={240}>
      <span className={classes.badge} data-tone={tone} data-connection={view.connection}>
        {text}
      </span>
    </Tooltip>
  );
}
