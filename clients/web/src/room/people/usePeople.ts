import type { Person } from "@coterie/core";
import { useWatch } from "../../app/useWatch.ts";
import { useRoom } from "../RoomContext.ts";

/** The people of the room: the same list until something about one of them changes, however much their carets move. */
export function usePeople(): readonly Person[] {
  const { room } = useRoom();
  return useWatch(room.view, ({ people }) => people);
}
