import { Button, Checkbox, Group } from "@mantine/core";
import { useState } from "react";
import { Dialog } from "../../app/Dialog.tsx";
import { listed } from "../../app/listed.ts";
import { legible, megabytes } from "../bring/plan.ts";
import type { Answer } from "./Asking.ts";
import type { Gathered } from "./gather.ts";
import classes from "./Runs.module.css";

interface Props {
  readonly gathered: Gathered;
  readonly server: string;
  readonly answer: Answer;
}

/** What leaves the room for a run, said before the first one. */
export function AskFiles({ gathered, server, answer }: Props) {
  const [forGood, setForGood] = useState(false);
  const { files, bytes, partly } = gathered;
  const many = files.length === 1 ? "One file" : `${files.length.toLocaleString()} files`;
  const names = listed(
    files.map(({ path }) => legible(path, 60)),
    4,
  );
  return (
    <Dialog opened onClose={() => answer(false)} title="The server reads what it runs" size={520}>
      <div className={classes.words}>
        <p>
          {many}, {megabytes(bytes)}, {files.length === 1 ? "goes" : "go"} to <strong>{server}</strong>, which can read
          them: {names}.
          {partly && " The room has more; only what stands at its root and in the program's folder goes along."}
        </p>
        <p>
          Whoever runs that server could keep them. The rest of the room stays sealed; that you ran this, and what it
          says, everyone in the room can see. In this visit you are not asked again, also for other programs.
        </p>
        <Checkbox
          label="Do not ask again in this room"
          checked={forGood}
          onChange={(event) => setForGood(event.currentTarget.checked)}
        />
      </div>
      <Group mt="lg" justify="flex-end">
        <Button variant="default" onClick={() => answer(false)}>
          Cancel
        </Button>
        <Button data-autofocus onClick={() => answer(true, forGood)}>
          Run
        </Button>
      </Group>
    </Dialog>
  );
}
