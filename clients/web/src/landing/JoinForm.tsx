import { Button, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { goToRoom, server } from "../app/route.ts";
import classes from "./JoinForm.module.css";
import { recognise } from "./recognise.ts";

/** The way in by what a friend sent. A link to another server is followed only when one says so, knowing its name. */
export function JoinForm() {
  const [text, setText] = useState("");
  const [error, setError] = useState<string>();
  const [elsewhere, setElsewhere] = useState<URL>();

  const submit = (event: FormEvent) => {
    event.preventDefault();
    const found = recognise(text, server);
    if (!found) setError("This is no link to a room, and no room id (26 letters and digits). Paste the whole link.");
    else if ("elsewhere" in found) setElsewhere(new URL(found.elsewhere));
    else goToRoom(found.id, found.fragment);
  };

  return (
    <form onSubmit={submit} className={classes.form}>
      <TextInput
        label="Link or room id"
        placeholder="https://…/r/…"
        autoComplete="off"
        spellCheck={false}
        value={text}
        error={error}
        onChange={(event) => {
          setText(event.currentTarget.value);
          setError(undefined);
          setElsewhere(undefined);
        }}
      />
      <Button type="submit" variant="default" disabled={!text.trim()}>
        Join
      </Button>
      {elsewhere && (
        <div className={classes.elsewhere} role="alertdialog" aria-label="Another server">
          <p>
            This room is on another server, <strong>{elsewhere.host}</strong>, whose page you would have to trust. Did
            you expect that?
          </p>
          <Button size="compact-sm" variant="default" autoFocus onClick={() => setElsewhere(undefined)}>
            Stay here
          </Button>
          <Button size="compact-sm" variant="light" onClick={() => location.assign(elsewhere)}>
            Go to {elsewhere.host}
          </Button>
        </div>
      )}
    </form>
  );
}
