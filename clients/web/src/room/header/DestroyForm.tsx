import { Button, Stack, TextInput } from "@mantine/core";
import { useState } from "react";
import { useSubmit } from "../../app/useSubmit.ts";
import { destroyRoom } from "../../join/entrance.ts";
import { useRoom } from "../RoomContext.ts";
import classes from "./Words.module.css";

export function DestroyForm({ title }: { title: string }) {
  const { room } = useRoom();
  const [typed, setTyped] = useState("");

  const { busy, error, submit } = useSubmit(async () => {
    await destroyRoom(room);
  });

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
