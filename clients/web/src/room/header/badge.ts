import type { RoomView } from "@coterie/core";
import { Code } from "@coterie/core/wire/Refusal.ts";

export interface BadgeText {
  readonly text: string;
  readonly tone: "good" | "live" | "busy" | "bad";
  readonly hint: string;
}

/**
 * What the badge may claim. "Saved" stands only where every edit of mine is durable on the server, in a room that is stored.
 * @param reached whether the room was reached since the page was opened
 */
export function badgeOf(
  {
    connection,
    kind,
    unsaved,
    notTaken,
    problem,
  }: Pick<RoomView, "connection" | "kind" | "unsaved" | "notTaken" | "problem">,
  reached: boolean,
): BadgeText {
  const waiting = unsaved === 1 ? "1 change waits here" : `${unsaved} changes wait here`;
  switch (connection) {
    case "connecting":
      return { text: "Connecting…", tone: "busy", hint: "Reaching the server." };
    case "reconnecting":
      if (!reached)
        return {
          text: unsaved > 0 ? `Not in yet (${unsaved})` : "Not in yet",
          tone: "busy",
          hint: `It is tried again by itself.${unsaved > 0 ? ` ${waiting}.` : ""}`,
        };
      return {
        text: unsaved > 0 ? `Reconnecting… (${unsaved})` : "Reconnecting…",
        tone: "busy",
        hint: unsaved > 0 ? `${waiting} until the server answers. Go on typing.` : "The server does not answer yet.",
      };
    case "offline":
      return {
        text: unsaved > 0 ? `Offline, ${unsaved} unsaved` : "Offline",
        tone: "bad",
        hint:
          unsaved > 0
            ? `${waiting} and will be merged when you are back.`
            : "Your edits will be merged when you are back.",
      };
    case "ended": {
      const state = isOutside(problem) ? "Not in the room" : "Ended";
      return {
        text: unsaved > 0 ? `${state}, ${unsaved} unsaved` : state,
        tone: "bad",
        hint: isOutside(problem) ? "The room goes on without you." : "This room goes on no more.",
      };
    }
    case "connected":
      if (kind === "memory")
        return {
          text: "Live, not stored",
          tone: "live",
          hint: "The server keeps nothing: gone 5 minutes after the last one leaves.",
        };
      if (unsaved === 0 && notTaken.length > 0)
        return {
          text: `Not taken in (${notTaken.length})`,
          tone: "bad",
          hint: "The room did not take some of your edits: copy them, or dismiss them.",
        };
      return unsaved > 0
        ? { text: `Saving… (${unsaved})`, tone: "busy", hint: `${waiting} for the server to store.` }
        : { text: "Saved", tone: "good", hint: "Every edit is stored on the server’s disk, sealed." };
  }
}

/** Whether a room that ended here goes on for others. */
function isOutside(problem: RoomView["problem"]): boolean {
  return problem?.code === Code.Removed || problem?.code === Code.Locked;
}
