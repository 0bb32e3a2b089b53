import type { RoomView } from "@coterie/core";

/** Whether typing makes sense now: the room lets this member write, and it still goes on. */
export function mayEdit({ canEdit, connection }: RoomView): boolean {
  return canEdit && connection !== "ended";
}
