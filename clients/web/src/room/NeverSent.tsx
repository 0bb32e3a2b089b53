import type { Room } from "@coterie/core";
import { Button, Textarea } from "@mantine/core";
import { useState } from "react";
import { copyText } from "../app/copyText.ts";
import classes from "./NeverSent.module.css";

/** What I wrote in a room that is no more and that never reached its server: only this browser still has it. */
export function NeverSent({ room }: { room: Room }) {
  const [text] = useState(() => room.unsentText());
  if (text === "") return null;
  return (
    <div className={classes.kept}>
      <Textarea
        label="What you wrote never reached the server"
        description="Copy it from here: it is erased from this browser when you remove the room from the list."
        value={text}
        readOnly
        autosize
        minRows={2}
        maxRows={12}
      />
      <Button onClick={() => void copyText(text, "Copied what you wrote.")}>Copy my text</Button>
    </div>
  );
}
