import { Code } from "@coterie/core/wire/Refusal.ts";
import { Button } from "@mantine/core";
import { useLayoutEffect, useRef } from "react";
import { useWatch } from "../../app/useWatch.ts";
import { editor } from "../layout/walkPanes.ts";
import { useRoom } from "../RoomContext.ts";

/** For who knows that the server has space again, and does not want to wait for the next attempt. */
export function TryAgain() {
  const { room } = useRoom();
  const waits = useWatch(
    room.view,
    ({ connection, problem, unsaved }) =>
      problem?.code === Code.StorageFailed &&
      (connection === "reconnecting" || (connection === "connected" && unsaved > 0)),
  );
  return waits ? <Again /> : null;
}

function Again() {
  const { room } = useRoom();
  const button = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => {
    const own = button.current;
    return () => {
      if (own === document.activeElement) editor()?.focus();
    };
  }, []);
  return (
    <Button ref={button} size="compact-sm" variant="default" onClick={() => room.tryAgain()}>
      Try again
    </Button>
  );
}
