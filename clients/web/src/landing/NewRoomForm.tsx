import { Button, PasswordInput, Radio, SegmentedControl, Stack, TextInput } from "@mantine/core";
import { useState } from "react";
import { Chunk } from "../app/Chunk.ts";
import { nameError } from "../app/names.ts";
import { Problem } from "../app/Problem.tsx";
import { remembered } from "../app/remembered.ts";
import { goToRoom, server } from "../app/route.ts";
import { useSubmit } from "../app/useSubmit.ts";
import classes from "./NewRoomForm.module.css";

const entrance = new Chunk(() => import("../join/entrance.ts"));

/** Makes a room: its name, who I am there, whether a password opens it, and whether it is stored. */
export function NewRoomForm() {
  const [title, setTitle] = useState("");
  const [name, setName] = useState(remembered.name);
  const [password, setPassword] = useState("");
  const [passwordRole, setPasswordRole] = useState<"viewer" | "editor">("viewer");
  const [kind, setKind] = useState<"memory" | "permanent">("memory");
  const [adminKey, setAdminKey] = useState("");

  const { busy, error, submit } = useSubmit(async () => {
    const { createRoom } = await entrance.fetch();
    const made = await createRoom({
      server,
      title: title.trim(),
      name: name.trim(),
      kind,
      ...(password && { password, passwordRole }),
      ...(kind === "permanent" && { adminKey: adminKey.trim() }),
    });
    remembered.rememberName(name.trim());
    goToRoom(made.id, made.fragment);
  });

  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <div className={classes.names}>
          <TextInput
            label="Room name"
            description="Only people in the room can read it."
            required
            withAsterisk={false}
            error={nameError(title)}
            data-autofocus
            autoComplete="off"
            value={title}
            onChange={(e) => setTitle(e.currentTarget.value)}
          />
          <TextInput
            label="Your name"
            description="How the others see you."
            required
            withAsterisk={false}
            error={nameError(name)}
            autoComplete="nickname"
            value={name}
            onChange={(e) => setName(e.currentTarget.value)}
          />
        </div>
        <Radio.Group label="What becomes of it" value={kind} onChange={(value) => setKind(value as typeof kind)}>
          <div className={classes.kinds}>
            <Radio
              value="memory"
              label="Ephemeral"
              description="Live, not stored: gone 5 minutes after the last one leaves."
            />
            <Radio
              value="permanent"
              label="Permanent"
              description="Kept on the server, sealed. Asks for the operator’s admin key."
            />
          </div>
        </Radio.Group>
        {kind === "permanent" && (
          <PasswordInput
            label="The operator’s admin key"
            description="It lies in a file that the server names when it starts."
            required
            withAsterisk={false}
            autoComplete="off"
            visibilityToggleButtonProps={{ "aria-label": "Show the key" }}
            value={adminKey}
            onChange={(e) => setAdminKey(e.currentTarget.value)}
          />
        )}
        <PasswordInput
          label="Password (optional)"
          description="Asked of everyone who joins; with the room’s address it also stands in for a link."
          autoComplete="new-password"
          visibilityToggleButtonProps={{ "aria-label": "Show what I typed" }}
          value={password}
          onChange={(e) => setPassword(e.currentTarget.value)}
        />
        {password && (
          <div>
            <p className={classes.label} id="password-role">
              Who has the address and the password, but no link, may
            </p>
            <SegmentedControl
              fullWidth
              aria-labelledby="password-role"
              value={passwordRole}
              onChange={(value) => setPasswordRole(value as typeof passwordRole)}
              data={[
                { value: "viewer", label: "Watch" },
                { value: "editor", label: "Watch and edit" },
              ]}
            />
          </div>
        )}
        {error && <Problem text={error} />}
        <Button
          type="submit"
          size="md"
          loading={busy}
          disabled={!title.trim() || !name.trim() || !!nameError(title) || !!nameError(name)}
        >
          Create
        </Button>
      </Stack>
    </form>
  );
}
