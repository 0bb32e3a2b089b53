import type { Room, RoomView } from "@coterie/core";
import { useRef } from "react";
import { useWatch } from "../app/useWatch.ts";

type Steady = Omit<RoomView, "unsaved">;

/** The room's view but for what each edit changes twice: how much of it is not saved yet. */
export function useRoomView(room: Room): Steady {
  const last = useRef<Steady>(undefined);
  return useWatch(room.view, (view) => {
    if (last.current === undefined || !isSame(last.current, view)) last.current = view;
    return last.current;
  });
}

function isSame(one: Steady, other: Steady): boolean {
  return (Object.keys(other) as (keyof RoomView)[]).every(
    (key) => key === "unsaved" || (one as RoomView)[key] === (other as RoomView)[key],
  );
}
