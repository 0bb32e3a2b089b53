import type { NotTaken as Entry } from "@coterie/core";
import { Button } from "@mantine/core";
import { copyText } from "../../app/copyText.ts";
import { useWatch } from "../../app/useWatch.ts";
import { useRoom } from "../RoomContext.ts";
import classes from "./Strip.module.css";

const PREVIEW_LETTERS = 30;

/** What I typed and the room did not take, of files that no open tab shows: where it is the only copy, it must not be overlooked. */
export function NotTaken() {
  const { room, desk } = useRoom();
  const open = useWatch(desk.files);
  const entries = useWatch(room.view, (view) => view.notTaken);
  return entries
    .filter(({ file }) => !open.includes(file))
    .map((entry) => (
      <div key={entry.file} className={classes.strip} role="alert">
        <p>
          Your last edits in {called(entry)} were not taken in: {entry.why}
        </p>
        <Button size="compact-sm" onClick={() => void copyText(entry.text, "Copied the text as you had it.")}>
          Copy my text
        </Button>
        <Button size="compact-sm" variant="subtle" onClick={() => room.forgetNotTaken(entry.file)}>
          Dismiss
        </Button>
      </div>
    ));
}

function called({ name, text }: Entry): string {
  if (name !== undefined) return name;
  const letters = Array.from(text.trim().split("\n")[0] ?? "");
  const cut = letters.length > PREVIEW_LETTERS ? `${letters.slice(0, PREVIEW_LETTERS).join("")}…` : letters.join("");
  return cut === "" ? "a new file" : `a new file that begins “${cut}”`;
}
