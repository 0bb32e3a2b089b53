import { Button, Checkbox, Group } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { Dialog } from "../../app/Dialog.tsx";
import type { Answer } from "./Asking.ts";
import classes from "./Runs.module.css";

interface Props {
  readonly title: string;
  /** What is done after a yes. */
  readonly yes: string;
  /** Label of the box by which it is not asked again; without it there is no box. */
  readonly notAgain?: string;
  readonly answer: Answer;
  /** What leaves the room, and to whom, in paragraphs. */
  readonly children: ReactNode;
}

/** What a person is asked before something of the room can be read elsewhere. */
export function Ask({ title, yes, notAgain, answer, children }: Props) {
  const [forGood, setForGood] = useState(false);
  return (
    <Dialog opened onClose={() => answer(false)} title={title} size={540}>
      <div className={classes.words}>
        {children}
        {notAgain !== undefined && (
          <Checkbox label={notAgain} checked={forGood} onChange={(event) => setForGood(event.currentTarget.checked)} />
        )}
      </div>
      <Group mt="lg" justify="flex-end">
        <Button variant="default" onClick={() => answer(false)}>
          Cancel
        </Button>
        <Button data-autofocus onClick={() => answer(true, forGood)}>
          {yes}
        </Button>
      </Group>
    </Dialog>
  );
}
