import type { RoomFile } from "@coterie/core";
import { Button, Group } from "@mantine/core";
import { useEffect, useRef } from "react";
import { copyText } from "../app/copyText.ts";
import { attempt } from "../app/toast.ts";
import { useWatch } from "../app/useWatch.ts";
import { mayEdit } from "../room/mayEdit.ts";
import { useRoom } from "../room/RoomContext.ts";
import classes from "./FilePane.module.css";

/**
 * A file that was deleted while it was open: says so and by whom, and offers its text, unsent letters included. Takes the focus
 * that its editor had, but to itself and to no button: whoever is still typing must not press one.
 */
export function DeletedNotice({ file }: { file: RoomFile }) {
  const { room, desk } = useRoom();
  const canEdit = useWatch(room.view, mayEdit);
  const deletion = useWatch(room.tree.view, () => JSON.stringify(room.tree.deletionOf(file.id)));
  const rejected = useWatch(file.rejected);
  const into = useWatch(room.recovered, (all) => all.findLast((each) => each.file === file.id)?.into);
  const text = file.text.toString();
  const section = useRef<HTMLElement>(null);

  useEffect(() => {
    if (document.activeElement === document.body) section.current?.focus();
  }, []);

  const { by, mine, folder } = deletion ? JSON.parse(deletion) : {};
  const who = mine ? "You" : by;
  const what = folder === undefined ? "this file" : `the folder ${folder}, and this file with it`;
  return (
    <section ref={section} className={classes.deleted} aria-label="Deleted file" tabIndex={-1}>
      <div role="alert">
        <h2>{rejected && !deletion ? rejected.why : who ? `${who} deleted ${what}.` : "This file was deleted."}</h2>
      </div>
      {text === "" ? (
        <p>It was empty.</p>
      ) : (
        <p>
          {into
            ? "Your last edits had not reached the server: they are in a new file, with the rest of the text. What was here is below."
            : "Its text as it stood here, with what you had typed last, is below. It is kept only as long as this tab stays open."}
        </p>
      )}
      <Group gap="sm">
        {into && <Button onClick={() => desk.open(into)}>Open the new file</Button>}
        {canEdit && deletion && (
          <Button variant={into ? "default" : "filled"} onClick={() => void attempt(room.tree.restore(file.id))}>
            {folder === undefined ? "Bring the file back" : "Bring the folder back"}
          </Button>
        )}
        {text !== "" && (
          <Button variant="default" onClick={() => void copyText(text, "Copied the text.")}>
            Copy the text
          </Button>
        )}
        <Button variant="default" onClick={() => desk.closeFile(file.id)}>
          Close the tab
        </Button>
      </Group>
      {!canEdit && deletion && <p>Anyone who may edit can bring it back.</p>}
      {text !== "" && <pre>{text}</pre>}
    </section>
  );
}
