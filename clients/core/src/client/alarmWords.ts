import type { AlarmKind } from "./view.ts";

/** What a person is told of an alarm: its name, what happened, what it means and what it does not, what to do about it. */
export interface AlarmWords {
  readonly title: string;
  readonly happened: string;
  readonly means: string;
  readonly todo: readonly string[];
}

const COMPARE =
  "Call the others, or write to them somewhere else than here, and compare the verification words (room menu). Who has other words than you was shown another room.";
const SAVE =
  "Save a copy: “Download the room as ZIP” in the room menu. Others may have a copy that says something else.";
const PAUSE = "Write nothing of value here until you have talked to the others.";
const ANEW =
  "If the words differ, or nobody can explain it: leave, make a new room on a server that you trust, and bring your copy there.";
const OPERATOR =
  "Tell who runs the server, with the evidence: a backup that was put back, or a broken disk, looks the same as a lie.";
const SECRET = "Nobody could read anything by this: names, texts and chat stay sealed.";

export const ALARM_WORDS: Readonly<Record<AlarmKind, AlarmWords>> = {
  "forked-manifests": {
    title: "An owner’s key signed two sets of rules",
    happened: "There are two versions of the room’s rules with one number, both signed by an owner’s key.",
    means:
      "Either an owner’s key is in somebody else’s hands too, or an owner’s program is broken. Who belongs to the room, and who may do what, may be different for others than for you. What was written before stays as it was.",
    todo: [
      COMPARE,
      "Ask the owners which rules they made. A key that was used by somebody else cannot be taken back.",
      SAVE,
      ANEW,
    ],
  },
  "hidden-manifests": {
    title: "The server hides changes to the room’s rules",
    happened: "The rules that the server shows are older, or others, than those that were seen here before.",
    means: `Somebody who was removed may still be let in, and a link that was closed may still open. ${SECRET}`,
    todo: [PAUSE, COMPARE, OPERATOR, ANEW],
  },
  "other-room": {
    title: "The server showed another room",
    happened:
      "What the server gave for this room’s id is not this room: its first owner, or its rules, are somebody else’s.",
    means:
      "You were not let into it, and nothing was sent there. What is open on this page is what you had before. This page cannot reach your room by this server now.",
    todo: ["Ask the others whether they reach the room.", SAVE, OPERATOR, ANEW],
  },
  "begun-anew": {
    title: "The server began this room anew",
    happened: "This is a permanent room, and the server shows it with an empty past.",
    means: `The server lost the room’s history, or hides it. What you see here is what you had before; nothing of it was sent to the new one. ${SECRET}`,
    todo: [SAVE, OPERATOR, COMPARE, ANEW],
  },
  "forked-history": {
    title: "You and others were shown different histories",
    happened: "Somebody in the room signed that they saw something else at a place that you have seen, too.",
    means: `Either the server shows you and them different things, or that person’s program says what is not so. Text that you see may be missing for them, and the other way round. ${SECRET} Nobody could write in another’s name.`,
    todo: [PAUSE, COMPARE, SAVE, OPERATOR, ANEW],
  },
  "broken-chain": {
    title: "The server’s log does not hold together",
    happened: "The server left something out, told it twice, or told it in another order than before.",
    means: `This page stopped reading there, and shows nothing of what came after it. What you saw before is sound. ${SECRET}`,
    todo: [
      "Ask the others whether they see the same as you.",
      SAVE,
      "Load the page anew: if it comes again, it was no accident.",
      OPERATOR,
      ANEW,
    ],
  },
  "rolled-back": {
    title: "The server went back behind what you have seen",
    happened: "The server’s log ends before, or differs from, what this browser has seen of it and verified.",
    means: `What was written since then is missing on the server, or hidden from you; it may be here only. ${SECRET}`,
    todo: [SAVE, COMPARE, OPERATOR, ANEW],
  },
  "bad-ack": {
    title: "The server says “saved” of what it does not have",
    happened: "The server’s word that your change was taken does not fit its own log.",
    means: `Your last changes may not be on the server, whatever it says. ${SECRET}`,
    todo: [SAVE, "Load the page anew, and look whether your last words are there.", OPERATOR],
  },
  "false-snapshot": {
    title: "A member’s summary of the room is wrong",
    happened:
      "An owner, or somebody whom owners trust with it, wrote a summary that says other than the log which it sums up.",
    means:
      "Your page read the log and is right. Who comes in new begins with that summary and may see something else. Their program is broken, or they meant it.",
    todo: ["Ask who wrote it to load their page anew.", COMPARE, SAVE],
  },
  "hub-fault": {
    title: "The server let through what it must refuse",
    happened: "The server passed on something that its author may not do, or that is damaged.",
    means: `This page did not believe it: nothing you see comes from it. A server that works does not do this. ${SECRET}`,
    todo: ["Go on, if it happens once.", "If it comes again, tell who runs the server which rule stands below."],
  },
  "stale-view": {
    title: "What you see may be old",
    happened: "The server says that others are here, but brings nothing, or not everything, of theirs.",
    means: `Their pages may sleep or be cut off; or the server holds back what they write. What you write may not reach them, either. ${SECRET}`,
    todo: [
      "Ask them, somewhere else than here, whether they see what you write.",
      "Load the page anew. This goes away by itself as soon as something comes.",
      "A server that holds everything back, and says that all others have gone, looks the same as being alone: where that surprises you, ask them, too.",
    ],
  },
};
