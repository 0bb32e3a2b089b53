import { Button, PasswordInput, Stack } from "@mantine/core";
import { useState } from "react";
import { useSubmit } from "../../app/useSubmit.ts";
import { dropRecovery, recoveryOf } from "../../join/entrance.ts";
import { saveAs } from "./saveAs.ts";
import classes from "./Words.module.css";

/** Saves the owner key once, as a file, with or without a passphrase; after that the browser keeps it where no script can read it. */
export function RecoveryForm({ id, onDone }: { id: string; onDone: () => void }) {
  const [passphrase, setPassphrase] = useState("");

  const { busy, error, submit } = useSubmit(async () => {
    const file = await recoveryOf(id)?.download(passphrase || undefined);
    if (file) saveAs(file.filename, file.text);
    dropRecovery(id);
    onDone();
  });

  return (
    <form onSubmit={submit}>
      <Stack>
        <p className={classes.text}>
          You own this room by a key that only this browser holds. If the browser loses it, nobody can change the room’s
          rules or destroy it any more. The recovery file holds a copy: with it and any link to the room you are its
          owner again, in any browser. Keep it where you keep passwords.
        </p>
        <PasswordInput
          label="Passphrase (optional)"
          description="Without one, whoever finds the file owns the room."
          data-autofocus
          autoComplete="new-password"
          visibilityToggleButtonProps={{ "aria-label": "Show what I typed" }}
          value={passphrase}
          error={error}
          onChange={(event) => setPassphrase(event.currentTarget.value)}
        />
        <Button type="submit" loading={busy}>
          Download
        </Button>
      </Stack>
    </form>
  );
}
