import type { RoomView } from "@coterie/core";

/** Whether nobody owns the room once this person's key is gone. */
export function isOnlyOwner({ role, people }: Pick<RoomView, "role" | "people">): boolean {
  return role === "owner" && !people.some((person) => person.role === "owner" && !person.me);
}
