import type { Room } from "@coterie/core";
import { Button, Group } from "@mantine/core";
import { useEffect, useRef } from "react";
import { attempt } from "../app/toast.ts";
import { useWatch } from "../app/useWatch.ts";
import classes from "../editor/FilePane.module.css";
import { mayEdit } from "../room/mayEdit.ts";
import { useRoom } from "../room/RoomContext.ts";

export type Deletion = NonNullable<ReturnType<Room["tree"]["deletionOf"]>>;

/** A file that is no text and was deleted while it lay open: says so and by whom, and offers the way back. */
export function DeletedBinary({ id, deletion }: { id: string; deletion: Deletion }) {
  const { room, desk } = useRoom();
  const canEdit = useWatch(room.view, mayEdit);
  const section = useRef<HTMLElement>(null);
  const { by, mine, folder } = deletion;

  useEffect(() => {
    if (document.activeElement === document.body) section.current?.focus();
  }, []);

  const who = mine ? "You" : by;
  const what = folder === undefined ? "this file" : `the folder ${folder}, and this file with it`;
  return (
    <section ref={section} className={classes.deleted} aria-label="Deleted file" tabIndex={-1}>
      <div role="alert">
        <h2>{who ? `${who} deleted ${what}.` : "This file was deleted."}</h2>
      </div>
      <p>What was in it stays on the server until its space is needed. Until then it can be brought back.</p>
      <Group gap="sm">
        {canEdit && (
          <Button onClick={() => void attempt(room.tree.restore(id))}>
            {folder === undefined ? "Bring the file back" : "Bring the folder back"}
          </Button>
        )}
        <Button variant="default" onClick={() => desk.closeFile(id)}>
          Close the tab
        </Button>
      </Group>
      {!canEdit && <p>Anyone who may edit can bring it back.</p>}
    </section>
  );
}
