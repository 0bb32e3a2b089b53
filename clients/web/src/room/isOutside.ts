import type { RoomView } from "@coterie/core";
import { Code } from "@coterie/core/wire/Refusal.ts";

/** Whether a room that ended here goes on for others. */
export function isOutside(problem: RoomView["problem"]): boolean {
  return problem?.code === Code.Removed || problem?.code === Code.Locked;
}
