import { Code } from "@coterie/core/wire/Refusal.ts";
import { Button } from "@mantine/core";
import { goToLanding } from "../../app/route.ts";
import { useRoom } from "../RoomContext.ts";
import { useRoomView } from "../useRoomView.ts";
import { Alarms } from "./Alarms.tsx";
import classes from "./Strip.module.css";
import { TryAgain } from "./TryAgain.tsx";

/** What nobody may overlook: alarms of the protocol, why there is no connection, that a room was rebuilt, and a room that goes on no more. */
export function Banners() {
  const { room } = useRoom();
  const { connection, problem } = useRoomView(room);
  return (
    <>
      <Alarms />
      {connection !== "ended" && problem && (
        <div className={classes.strip} role="status">
          <p>{problem.text}</p>
          <TryAgain />
        </div>
      )}
      {connection === "ended" && (
        <div className={classes.strip} role="alert">
          <p>
            <strong>{ending(problem?.code)}</strong> {problem?.code !== Code.Alarm && problem?.text} What is open here
            can still be copied.
          </p>
          {problem?.code === Code.Locked && (
            <Button size="compact-sm" onClick={() => location.reload()}>
              Try again
            </Button>
          )}
          <Button size="compact-sm" variant="default" onClick={goToLanding}>
            Go to the start page
          </Button>
        </div>
      )}
    </>
  );
}

function ending(code: number | undefined): string {
  if (code === Code.Locked) return "You are not let in.";
  if (code === Code.Removed) return "You are not in this room any more.";
  return "The room has ended for you.";
}
