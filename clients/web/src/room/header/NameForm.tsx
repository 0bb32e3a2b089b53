import { Button, Stack, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { nameError } from "../../app/names.ts";
import { remembered } from "../../app/remembered.ts";
import { words } from "../../app/toast.ts";

interface Props {
  label: "Your name" | "Room name";
  initial: string;
  save: (name: string) => Promise<void>;
  onDone: () => void;
}

export function NameForm({ label, initial, save, onDone }: Props) {
  const [name, setName] = useState(initial);
  const [error, setError] = useState<string>();
  const [busy, setBusy] = useState(false);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    try {
      await save(name.trim());
      if (label === "Your name") remembered.rememberName(name.trim());
      onDone();
    } catch (reason) {
      setError(words(reason));
      setBusy(false);
    }
  };

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
