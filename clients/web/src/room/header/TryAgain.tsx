import { Code } from "@coterie/core/wire/Refusal.ts";
import { Button } from "@mantine/core";
import { useLayoutEffect, useRef } from "react";
import { useWatch } from "../../app/useWatch.ts";
import { editor } from "../layout/walkPanes.ts";
import { useRoom } from "../RoomContext.ts";

interface Props {
  readonly size?: "compact-sm" | "sm";
}

/** For who knows that the server has space again, and does not want to wait for the next attempt. */
export function TryAgain(props: Props) {
  const { room } = useRoom();
  const waits = useWatch(
    room.view,
    ({ connection, problem, unsaved }) =>
      problem?.code === Code.StorageFailed &&
      (connection === "reconnecting" || (connection === "connected" && unsaved > 0)),
  );
  return waits ? <Again {...props} /> : null;
}

function Again({ size = "compact-sm" }: Props) {
  const { room } = useRoom();
  const button = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => {
    const own = button.current;
    return () => {
      if (own !== document.activeElement) return;
      const dialog = own?.closest("[role=dialog]"); // which goes on: its last button is the way out of it
      const next = dialog ? [...dialog.querySelectorAll("button")].findLast((each) => each !== own) : editor();
      next?.focus();
    };
  }, []);
  return (
    <Button ref={button} size={size} variant="default" onClick={() => room.tryAgain()}>
      Try again
    </Button>
  );
}
