import { Button, Group, Stack } from "@mantine/core";
import { useWatch } from "../../app/useWatch.ts";
import { useRoom } from "../RoomContext.ts";
import { AskingGoogle } from "./AskingGoogle.tsx";
import classes from "./Drive.module.css";
import { type Asker, beginUpload } from "./drive.ts";
import { useGoogle } from "./useGoogle.ts";
import { toDrive } from "./ways.ts";

/** Says what leaves the room and who can read it then, asks Google where that is needed, and lets it go. */
export function SaveToDrive({ onDone }: { onDone: () => void }) {
  const { download, room } = useRoom();
  const empty = useWatch(room.tree.view, (nodes) => nodes.length === 0);
  const { stage, problem, go, stop } = useGoogle();
  const name = download.roomArchive;

  const save = async (asker: Asker) => {
    const session = await beginUpload(asker, name);
    onDone();
    void download.zip(undefined, toDrive(session));
  };

  if (stage === "asking") return <AskingGoogle again={() => void go(save)} stop={stop} />;
  return (
    <Stack>
      <p className={classes.text}>
        All files of this room go into your Google Drive as <strong className={classes.file}>{name}</strong>, beside
        what is there already.
      </p>
      <p className={classes.text}>
        <strong>Google will be able to read it.</strong> In the room everything is sealed; what you save there is not,
        and what the others wrote goes with it. This page sees no other files of your Drive.
      </p>
      <div className={classes.problem} role="alert">
        {problem ?? (empty ? "There is nothing in this room yet." : "")}
      </div>
      <Group justify="flex-end">
        <Button variant="default" onClick={onDone}>
          Cancel
        </Button>
        <Button data-autofocus loading={stage === "working"} disabled={empty} onClick={() => void go(save)}>
          Save
        </Button>
      </Group>
    </Stack>
  );
}
