import { Code } from "@coterie/core/wire/Refusal.ts";
import { Button } from "@mantine/core";
import { useWatch } from "../../app/useWatch.ts";
import { useRoom } from "../RoomContext.ts";

/** For who knows that the server has space again, and does not want to wait for the next attempt. */
export function TryAgain({ size = "compact-sm" }: { size?: "compact-sm" | "sm" }) {
  const { room } = useRoom();
  const waits = useWatch(
    room.view,
    ({ connection, problem }) => connection === "reconnecting" && problem?.code === Code.StorageFailed,
  );
  if (!waits) return null;
  return (
    <Button size={size} variant="default" onClick={() => room.tryAgain()}>
      Try again
    </Button>
  );
}
