import { Button, Group } from "@mantine/core";
import { Dialog } from "../../../app/Dialog.tsx";
import { legible } from "../../bring/plan.ts";
import type { Answer } from "../Asking.ts";
import classes from "../Runs.module.css";

interface Props {
  readonly page: string;
  /** The program's name. */
  readonly name: string;
  readonly answer: Answer;
}

/** What opening it there means, said once. */
export function AskOnlineGdb({ page, name, answer }: Props) {
  return (
    <Dialog opened onClose={() => answer(false)} title="OnlineGDB is another company's page" size={520}>
      <div className={classes.words}>
        <p>
          {legible(name, 60)} is copied to your clipboard, that file alone, and this page opens in a new tab, where you
          paste it:
        </p>
        <p>
          <code className={classes.address}>{page}</code>
        </p>
        <p>
          It learns nothing of this room by itself. What you paste there it can read and keep: it leaves the room's
          encryption then, and nobody in the room is told. You are asked this once.
        </p>
      </div>
      <Group mt="lg" justify="flex-end">
        <Button variant="default" onClick={() => answer(false)}>
          Cancel
        </Button>
        <Button data-autofocus onClick={() => answer(true)}>
          Copy and open
        </Button>
      </Group>
    </Dialog>
  );
}
