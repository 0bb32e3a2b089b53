import { Button, PasswordInput, Stack, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { nameError } from "../app/names.ts";
import { Problem } from "../app/Problem.tsx";
import { remembered } from "../app/remembered.ts";
import { DoorPage } from "./DoorPage.tsx";
import type { Kit, Who } from "./entrance.ts";
import { KitField } from "./KitField.tsx";

interface Props {
  /** Whether this way in needs a password. */
  needsPassword: boolean;
  /** False where the link holds no secret: then the password is the only way in. */
  hasLink: boolean;
  /** Whether an owner is asked before one is in. */
  byApproval: boolean;
  /** Whether nobody new comes in. */
  locked: boolean;
  busy: boolean;
  error: string | undefined;
  onJoin: (who: Who) => void;
}

/** The door of a room: who are you, and the password where one is needed. The room's name is sealed until one is in. */
export function JoinScreen({ needsPassword, hasLink, byApproval, locked, busy, error, onJoin }: Props) {
  const [name, setName] = useState(remembered.name);
  const [password, setPassword] = useState("");
  const [kit, setKit] = useState<Kit>();

  const submit = (event: FormEvent) => {
    event.preventDefault();
    remembered.rememberName(name.trim());
    onJoin({ name: name.trim(), password: needsPassword ? password : undefined, kit });
  };

  return (
    <DoorPage>
      <h1>Someone is expecting you.</h1>
      <p>
        {hasLink
          ? "You were invited to a sealed room. Its name and everything in it appear once you are in."
          : "This room opens with its password. Its name and everything in it appear once you are in."}
        {locked && " It is locked now: until an owner unlocks it nobody new comes in."}
        {byApproval &&
          !locked &&
          !kit &&
          " An owner of the room lets people in: they are asked when you press the button."}
      </p>
      <form onSubmit={submit}>
        <Stack gap="md">
          <TextInput
            label="Your name"
            description="How the others see you. Remembered in this browser."
            required
            withAsterisk={false}
            size="md"
            error={nameError(name)}
            autoFocus
            autoComplete="nickname"
            value={name}
            onChange={(e) => setName(e.currentTarget.value)}
          />
          {needsPassword && (
            <PasswordInput
              label="Password"
              required
              withAsterisk={false}
              size="md"
              autoComplete="current-password"
              visibilityToggleButtonProps={{ "aria-label": "Show what I typed" }}
              value={password}
              onChange={(e) => setPassword(e.currentTarget.value)}
            />
          )}
          <KitField onChange={setKit} />
          {error && <Problem text={error} />}
          <Button
            type="submit"
            size="md"
            loading={busy}
            disabled={!name.trim() || !!nameError(name) || (needsPassword && !password)}
          >
            {byApproval && !kit ? "Ask to come in" : "Join"}
          </Button>
        </Stack>
      </form>
    </DoorPage>
  );
}
