import { Button, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { goToRoom, server } from "../app/route.ts";
import classes from "./JoinForm.module.css";
import { recognise } from "./recognise.ts";

export function JoinForm() {
  const [text, setText] = useState("");
  const [error, setError] = useState<string>();

  const submit = (event: FormEvent) => {
    event.preventDefault();
    const found = recognise(text, server);
    if (!found)
      return setError("This is no link to a room, and no room id (26 letters and digits). Paste the whole link.");
    if ("elsewhere" in found) location.assign(found.elsewhere);
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
        }}
      />
      <Button type="submit" variant="default" disabled={!text.trim()}>
        Join
      </Button>
    </form>
  );
}
