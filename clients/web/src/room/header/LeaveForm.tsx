import type { RoomView } from "@coterie/core";
import { Button, Group } from "@mantine/core";
import { useEffect, useState } from "react";
import { attempt } from "../../app/toast.ts";
import { useWatch } from "../../app/useWatch.ts";
import { leaveRoom } from "../../join/entrance.ts";
import { changes } from "../changes.ts";
import { isOnlyOwner } from "../isOnlyOwner.ts";
import { useRoom } from "../RoomContext.ts";
import classes from "./Words.module.css";

function forgets(view: RoomView): string {
  const ownerKey = "This browser forgets its keys to the room, the owner key among them.";
  if (isOnlyOwner(view)) return `${ownerKey} Without a recovery file nobody can own this room again.`;
  if (view.role === "owner") return `${ownerKey} The room still has other owners: to return you need a link.`;
  return "This browser forgets its keys to the room. To return you need a link.";
}

export function LeaveForm({ onCancel }: { onCancel: () => void }) {
  const { room } = useRoom();
  const view = useWatch(room.view);
  const [elsewhere, setElsewhere] = useState(false);
  useEffect(() => {
    room.unsentElsewhere().then(setElsewhere, () => {});
  }, [room]);
  return (
    <>
      <p className={classes.text}>{forgets(view)}</p>
      {view.unsaved > 0 && (
        <p className={classes.error}>{changes(view.unsaved)} not reached the server yet and would be lost.</p>
      )}
      {elsewhere && (
        <p className={classes.error}>
          Another tab of yours, or an earlier visit, keeps changes that have not reached the server yet: they would be
          lost, too.
        </p>
      )}
      <Group mt="lg" justify="flex-end">
        <Button variant="default" onClick={onCancel}>
          Stay
        </Button>
        <Button color="red" onClick={() => void attempt(leaveRoom(room))}>
          Leave
        </Button>
      </Group>
    </>
  );
}
