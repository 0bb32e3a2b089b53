import { RoomError, type RoomKind } from "@coterie/core";
import type { StopText } from "../app/Stop.tsx";
import { words } from "../app/toast.ts";
import { BareAddress, BrokenLink } from "./BrokenLink.ts";

const askAgain = "Ask whoever sent it for the whole link again, and copy it to its last letter.";

/** Title and next step for what can end the way into a room; the text itself is the core's. Codes: PROTOCOL.md section 9. */
const known: Record<number, Omit<StopText, "text">> = {
  0: {
    title: "The server does not answer",
    next: "Check your network, wait a moment, and try again. Nothing is lost.",
    again: true,
  },
  6: {
    title: "The room is locked",
    next: "Keep the link: it opens again once an owner unlocks the room.",
    again: true,
  },
  14: { title: "Too many tries", next: "Wait a minute, then try again.", again: true },
  16: {
    title: "There is no such room",
    next: "Check the link to its last letter, or ask whoever invited you for a new one.",
    again: true,
  },
  18: { title: "This link does not open the room", next: askAgain },
  26: { title: "The room is full", next: "Try again when someone has left.", again: true },
  27: {
    title: "The server does not know this address",
    next: "Open the room under the address that the server was set up for, or ask whoever runs it to allow this one.",
  },
  28: { title: "The server is restarting", next: "Try again in a moment.", again: true },
  29: {
    title: "The room was destroyed",
    next: "Its owner erased it for everyone. Nothing of it is left on the server.",
  },
  30: { title: "You wait in another page", next: "Go on in that tab or window, or ask again here.", again: true },
  33: {
    title: "You are not in this room any more",
    next: "With a new link from an owner you come in again, in this browser as the one you were.",
  },
  34: {
    title: "You were not let in",
    next: "You can ask again.",
    again: true,
  },
  35: {
    title: "This link works no more",
    next: "Ask whoever sent it for a new one: an owner can also give this one more time.",
    again: true,
  },
  101: {
    title: "Something is wrong with this room",
    next: "Do not type anything secret. Ask its owner, by another way, for a new link.",
  },
  102: {
    title: "This link was replaced",
    next: "Whoever sent it can ask an owner for the new one.",
  },
};

export function stopFor(reason: unknown): StopText {
  const text = words(reason);
  const code = reason instanceof RoomError ? reason.code : undefined;
  if (code !== undefined && known[code]) return { text, ...known[code] };
  if (reason instanceof BrokenLink) return { title: "This link is not whole", text, next: askAgain };
  if (reason instanceof BareAddress)
    return {
      title: "The key is missing",
      text,
      next: "Ask someone in the room to press “Copy link” and send you that. If you own the room, open any link to it together with your recovery file.",
    };
  return {
    title: "The room could not be opened",
    text,
    next: "Try again. If it stays so, ask whoever runs the server.",
    again: true,
  };
}

const keysStay =
  "This browser still keeps its keys to it. Remove the room from the list on the start page to erase them.";

/** What ended a room whose keys this browser keeps, where nothing of it is left to show. */
export function endOf(kind: RoomKind, problem: { code: number; text: string }): StopText {
  const stop = stopFor(new RoomError(problem.code, problem.text));
  if (problem.code === 29) return { ...stop, next: keysStay };
  if (problem.code !== 16) return stop;
  return {
    title: "The room is gone",
    text:
      kind === "permanent"
        ? "The server no longer has this permanent room: its owner destroyed it, or the server lost it."
        : "It was ephemeral: it went 5 minutes after the last one had left, or when the server restarted.",
    next: keysStay,
  };
}
