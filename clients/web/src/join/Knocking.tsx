import { Button, Loader } from "@mantine/core";
import { useEffect } from "react";
import { DoorPage } from "./DoorPage.tsx";
import classes from "./JoinScreen.module.css";

/** How many are in the room who can let in, or why nobody is asked just now. */
export type WaitingState = { readonly owners: number } | { readonly problem: string };

interface Props {
  name: string;
  state: WaitingState;
  onLeave: () => void;
}

/** Before a room whose owners let people in: what is going on, and the way back. */
export function Knocking({ name, state, onLeave }: Props) {
  useEffect(() => {
    const before = document.title;
    document.title = "Waiting to be let in · Coterie";
    return () => {
      document.title = before;
    };
  }, []);
  return (
    <DoorPage>
      <h1>You are at the door.</h1>
      <div role="status">
        <p className={classes.waiting}>
          <Loader size="xs" aria-hidden />
          {waitingFor(state)}
        </p>
        <p>
          They see you as <strong>{name}</strong>. Keep this page open: the room opens here once you are let in.
        </p>
      </div>
      <Button variant="default" onClick={onLeave}>
        Do not wait
      </Button>
    </DoorPage>
  );
}

function waitingFor(state: WaitingState): string {
  if ("problem" in state) return `${state.problem} You go on waiting.`;
  if (state.owners === 0) return "No owner is in the room now. Whoever comes first is asked.";
  return state.owners === 1
    ? "An owner of the room is asked to let you in."
    : "The owners of the room are asked to let you in.";
}
