import type { RunView } from "@coterie/core";
import { useWatch } from "../../app/useWatch.ts";
import { useRoom } from "../RoomContext.ts";
import type { ShownRun } from "./ShownRun.ts";

/** What the room's log says of a run; of one that is this page's alone, nothing. */
export function useRunView({ id }: ShownRun): RunView | undefined {
  const { room } = useRoom();
  return useWatch(room.runs.view, (all) => all.find((run) => run.id === id));
}
