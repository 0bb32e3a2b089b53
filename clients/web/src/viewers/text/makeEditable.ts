import type { TreeNode } from "@coterie/core";
import { attempt, toast } from "../../app/toast.ts";
import type { RoomParts } from "../../room/RoomContext.ts";
import { saved } from "../../room/saved.ts";
import { settled } from "../../room/settled.ts";

const undoneForMs = 30_000;

/**
 * Puts a text that all write in into the place of a file that holds it, or beside that where this person may not delete it. What the file was
 * comes back by the notice.
 */
export async function makeEditable({ room, desk }: RoomParts, node: TreeNode, text: string): Promise<void> {
  const { tree } = room;
  const { id, landed } = tree.make("file", node.parent, node.name);
  const file = await room.open(id);
  file.text.insert(0, text);
  desk.open(id);
  await landed;
  const isSaved = await saved(room, file);
  file.close();
  if (!isSaved) {
    toast(`The text of ${node.name} is not saved. The file stays as it is.`, { tone: "danger" });
    return;
  }
  if (node.mayDelete) {
    await tree.delete(node.id);
    desk.closeFile(node.id);
  }
  toast(node.mayDelete ? `${node.name} is a text now.` : `There is a text of it now, beside the file.`, {
    action: { label: "Undo", run: () => void attempt(takeBack({ room, desk }, node, { id, text })) },
    forMs: undoneForMs,
  });
}

type Here = Pick<RoomParts, "room" | "desk">;

/** What was written into the text since stays, beside the file. */
async function takeBack({ room, desk }: Here, node: TreeNode, made: { id: string; text: string }): Promise<void> {
  if (node.mayDelete) await room.tree.restore(node.id);
  const file = await room.open(made.id);
  const state = await settled(file, () => room.view.get().connection === "ended");
  const same = state === "ready" && file.text.toString() === made.text;
  file.close();
  if (same) await room.tree.delete(made.id);
  else toast("Somebody has written into the text since: it stays, beside the file.");
  if (node.mayDelete) desk.open(node.id);
  if (same) desk.closeFile(made.id);
}
