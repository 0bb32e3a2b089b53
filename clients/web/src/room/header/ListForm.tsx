import { Button, Group, Stack, TextInput } from "@mantine/core";
import { type FormEvent, useEffect, useState } from "react";
import { nameError } from "../../app/names.ts";
import { listedRooms, tellList } from "../../app/roomList.ts";
import { toast, words } from "../../app/toast.ts";
import { useWatch } from "../../app/useWatch.ts";
import { useRoom } from "../RoomContext.ts";
import classes from "./Words.module.css";

/** Puts the room into the server's list or takes it off. The name is typed for the list: the room's own is nobody else's business. */
export function ListForm({ onDone }: { onDone: () => void }) {
  const { room } = useRoom();
  const id = useWatch(room.view, (view) => view.id);
  const passwordOpens = useWatch(room.view, (view) => view.passwordOpens);
  const [listedAs, setListedAs] = useState<string>();
  const [name, setName] = useState("");
  const [error, setError] = useState<string>();
  const [busy, setBusy] = useState(false);

  useEffect(() => {
    listedRooms().then(
      (rooms) => {
        const known = rooms.find((one) => one.id === id)?.name ?? "";
        setListedAs(known);
        setName((typed) => typed || known);
      },
      (reason: unknown) => setError(words(reason)),
    );
  }, [id]);

  const tell = async (as: string) => {
    setBusy(true);
    setError(undefined);
    try {
      await tellList(await room.listing.sign(as));
      toast(as ? `The start page shows the room as “${as}”.` : "The start page shows the room no more.");
      onDone();
    } catch (reason) {
      setError(words(reason));
      setBusy(false);
    }
  };

  const submit = (event: FormEvent) => {
    event.preventDefault();
    void tell(name.trim());
  };

  return (
    <form onSubmit={submit}>
      <Stack>
        <p className={classes.text}>
          Everyone who opens this server’s start page sees this name, and so does who runs it. What is in the room stays
          sealed; to come in one needs {passwordOpens ? "a link or the password" : "a link"}.
        </p>
        <TextInput
          label="Name in the list"
          data-autofocus
          autoComplete="off"
          value={name}
          error={(name && nameError(name)) || error}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Group justify="flex-end">
          {listedAs && (
            <Button variant="default" loading={busy} onClick={() => void tell("")}>
              Take it off the list
            </Button>
          )}
          <Button type="submit" loading={busy} disabled={!name.trim() || !!nameError(name) || name.trim() === listedAs}>
            {listedAs ? "Change the name" : "List the room"}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
