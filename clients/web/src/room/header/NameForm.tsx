import { Button, Stack, TextInput } from "@mantine/core";
import { useState } from "react";
import { nameError } from "../../app/names.ts";
import { remembered } from "../../app/remembered.ts";
import { useSubmit } from "../../app/useSubmit.ts";

interface Props {
  label: "Your name" | "Room name";
  initial: string;
  save: (name: string) => Promise<void>;
  onDone: () => void;
}

export function NameForm({ label, initial, save, onDone }: Props) {
  const [name, setName] = useState(initial);

  const { busy, error, submit } = useSubmit(async () => {
    await save(name.trim());
    if (label === "Your name") remembered.rememberName(name.trim());
    onDone();
  });

  return (
    <form onSubmit={submit}>
      <Stack>
        <TextInput
          label={label}
          data-autofocus
          value={name}
          error={nameError(name) ?? error}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Button type="submit" loading={busy} disabled={!name.trim() || !!nameError(name) || name.trim() === initial}>
          Save
        </Button>
      </Stack>
    </form>
  );
}
