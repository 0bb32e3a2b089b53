import type { RoomFile } from "@coterie/core";
import { Button, Group } from "@mantine/core";
import { attempt, toast } from "../app/toast.ts";
import { useWatch } from "../app/useWatch.ts";
import { mayEdit } from "../room/mayEdit.ts";
import { useRoom } from "../room/RoomContext.ts";
import classes from "./FilePane.module.css";

/** A file that was deleted while it was open: says so, and offers its text, unsent letters included. */
export function DeletedNotice({ file }: { file: RoomFile }) {
  const { room, desk } = useRoom();
  const canEdit = useWatch(room.view, mayEdit);
  const text = file.text.toString();

  const copy = async () => {
    const done = await attempt(navigator.clipboard.writeText(text).then(() => true));
    if (done) toast("Copied the text.");
  };

  return (
    <section className={classes.deleted} aria-label="Deleted file">
      <div role="alert">
        <h2>This file was deleted.</h2>
      </div>
      <p>
        Its text as it stood here, with what you had typed last, is below. It is kept only as long as this tab stays
        open.
      </p>
      <Group gap="sm">
        <Button disabled={!canEdit} onClick={() => void attempt(room.tree.restore(file.id))}>
          Bring the file back
        </Button>
        <Button variant="default" onClick={() => void copy()}>
          Copy the text
        </Button>
        <Button variant="default" onClick={() => desk.close(file.id)}>
          Close the tab
        </Button>
      </Group>
      <pre>{text}</pre>
    </section>
  );
}
