import { Button, Stack, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { words } from "../../app/toast.ts";
import { destroyRoom } from "../../join/entrance.ts";
import { useRoom } from "../RoomContext.ts";
import classes from "./Words.module.css";

export function DestroyForm({ title }: { title: string }) {
  const { room } = useRoom();
  const [typed, setTyped] = useState("");
  const [error, setError] = useState<string>();
  const [busy, setBusy] = useState(false);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    try {
      await destroyRoom(room);
    } catch (reason) {
      setError(words(reason));
      setBusy(false);
    }
  };

  return (
    <form onSubmit={submit}>
      <Stack>
        <p className={classes.text}>
          Every file and message is erased from the server, for everyone, for good. Type the room’s name,{" "}
          <strong>{title}</strong>, to confirm.
        </p>
        <TextInput
          label="The room’s name"
          data-autofocus
          autoComplete="off"
          value={typed}
          error={error}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
        <Button type="submit" color="red" loading={busy} disabled={typed.trim() !== title.trim()}>
          Destroy for everyone
        </Button>
      </Stack>
    </form>
  );
}
