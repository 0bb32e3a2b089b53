import { Button, FileInput, PasswordInput, Stack } from "@mantine/core";
import { IconKey } from "@tabler/icons-react";
import { useState } from "react";
import type { Kit } from "./entrance.ts";

/** For an owner on a new machine: the recovery file, and its passphrase where it has one. Shown when asked for. */
export function KitField({ onChange }: { onChange: (kit: Kit | undefined) => void }) {
  const [open, setOpen] = useState(false);
  const [text, setText] = useState<string>();
  const [passphrase, setPassphrase] = useState("");

  const say = (text: string | undefined, passphrase: string) => {
    setText(text);
    setPassphrase(passphrase);
    onChange(text === undefined ? undefined : { text, ...(passphrase && { passphrase }) });
  };

  if (!open)
    return (
      <Button variant="subtle" size="compact-sm" leftSection={<IconKey size={14} />} onClick={() => setOpen(true)}>
        I own this room and have its recovery file
      </Button>
    );
  return (
    <Stack gap="sm">
      <FileInput
        label="Recovery file"
        description="It was offered when the room was made. It is read here and sent nowhere."
        placeholder="coterie-recovery-….json"
        accept="application/json,.json"
        clearable
        onChange={async (file) => say(await file?.text(), passphrase)}
      />
      <PasswordInput
        label="Its passphrase, if it has one"
        autoComplete="off"
        visibilityToggleButtonProps={{ "aria-label": "Show the passphrase" }}
        value={passphrase}
        onChange={(e) => say(text, e.currentTarget.value)}
      />
    </Stack>
  );
}
