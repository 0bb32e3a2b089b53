import { Button } from "@mantine/core";
import { useState } from "react";
import { useWatch } from "../../app/useWatch.ts";
import { lasting } from "../../world/vault.ts";
import { useRoom } from "../RoomContext.ts";
import classes from "./Strip.module.css";

/** Said where a reload or a closed page puts one out, keys and all. */
export function KeepsNothing() {
  const { room } = useRoom();
  const owner = useWatch(room.view, (view) => view.role === "owner");
  const keeps = useWatch(lasting);
  const [noted, setNoted] = useState(false);
  if (keeps || noted) return null;
  return (
    <div className={classes.strip} role="status">
      <p>
        This browser keeps nothing beyond this page (a private window, or blocked site data). To come back you need the
        link{owner && ", and as the owner your recovery file, too"}.
      </p>
      <Button size="compact-sm" variant="subtle" onClick={() => setNoted(true)}>
        Understood
      </Button>
    </div>
  );
}
