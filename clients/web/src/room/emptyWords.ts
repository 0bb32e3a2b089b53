import type { RoomView } from "@coterie/core";

/** What is said where no file shows. */
export interface EmptyWords {
  readonly tree: string;
  readonly editor: readonly [what: string, next: string];
}

type Seen = Pick<RoomView, "connection" | "problem"> & {
  /** Whether the room was reached since the page was opened: before that nothing is known of its files. */
  readonly reached: boolean;
  readonly files: boolean;
  readonly canEdit: boolean;
};

export function emptyWords({ connection, problem, reached, files, canEdit }: Seen): EmptyWords {
  if (!reached && !files) {
    const tree = "The files appear once you are in.";
    if (connection === "ended") return { tree: "No files.", editor: ["Nothing of this room is here.", ""] };
    if (connection === "connecting" && !problem) return { tree, editor: ["Connecting to the room…", tree] };
    return {
      tree,
      editor: ["You are not in the room yet.", "It is tried again by itself."],
    };
  }
  const make = canEdit ? "Make one with the button above the tree." : "One opens here when somebody makes it.";
  return {
    tree: canEdit ? "No files yet. Make one with the button above." : "No files yet.",
    editor: files
      ? ["No file is open.", canEdit ? "Choose one in the tree, or make a new one there." : "Choose one in the tree."]
      : ["There are no files yet.", make],
  };
}
