import type { RoomView, RunView } from "@coterie/core";

/** Longer than any run goes on: one that has not ended by then is not known to have. */
const longestMs = 15 * 60_000;

/** Whether a run of the log may be going on now: nobody said how it ended, and its author is here and may run programs (X3). */
export function mayRun(
  { ended, time, memberId }: RunView,
  { allows, people }: Pick<RoomView, "allows" | "people">,
): boolean {
  if (ended !== undefined || !allows.runs || Date.now() - time > longestMs) return false;
  return people.some((person) => person.live && person.memberId === memberId);
}
