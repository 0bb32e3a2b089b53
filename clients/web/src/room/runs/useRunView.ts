import type { LiveRun, RunView } from "@coterie/core";
import { useWatch } from "../../app/useWatch.ts";
import { useRoom } from "../RoomContext.ts";

/** What the room's log says of a run. */
export function useRunView({ id }: LiveRun): RunView | undefined {
  const { room } = useRoom();
  return useWatch(room.runs.view, (all) => all.find((run) => run.id === id));
}
