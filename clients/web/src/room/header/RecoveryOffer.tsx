import { Button } from "@mantine/core";
import { useState } from "react";
import { toast } from "../../app/toast.ts";
import { useWatch } from "../../app/useWatch.ts";
import { recoveryOf } from "../../join/entrance.ts";
import { isOnlyOwner } from "../isOnlyOwner.ts";
import { useRoom } from "../RoomContext.ts";
import { Dialogs } from "./Dialogs.tsx";
import classes from "./Strip.module.css";

/** Offers the recovery file after creation, in a strip that neither takes the focus nor covers the page. */
export function RecoveryOffer() {
  const { room } = useRoom();
  const id = useWatch(room.view, (view) => view.id);
  const [skipped, setSkipped] = useState(() => recoveryOf(id) === undefined);
  const [saving, setSaving] = useState(false);
  const alone = useWatch(room.view, isOnlyOwner);
  if (skipped || !alone) return null;
  return (
    <section className={classes.strip} aria-label="Recovery file">
      <p>Only this browser holds the room’s owner key, and gives no copy of it once this page is reloaded or closed.</p>
      <Button size="compact-sm" onClick={() => setSaving(true)}>
        Save a recovery file
      </Button>
      <Button
        size="compact-sm"
        variant="subtle"
        onClick={() => {
          setSkipped(true);
          toast("The room menu still offers the recovery file, until this page is reloaded or closed.");
        }}
      >
        Skip
      </Button>
      {saving && (
        <Dialogs
          dialog="recovery"
          onClose={() => {
            setSaving(false);
            setSkipped(recoveryOf(id) === undefined);
          }}
        />
      )}
    </section>
  );
}
