import { legible } from "../../bring/plan.ts";
import { Ask } from "../Ask.tsx";
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
    <Ask title="OnlineGDB is another company's page" yes="Copy and open" answer={answer}>
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
    </Ask>
  );
}
