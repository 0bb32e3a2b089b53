import { useWatch } from "../app/useWatch.ts";
import { type EmptyWords, emptyWords } from "./emptyWords.ts";
import { mayEdit } from "./mayEdit.ts";
import { useRoom } from "./RoomContext.ts";

export function useEmptyWords(): EmptyWords {
  const { room, reached } = useRoom();
  return emptyWords({
    connection: useWatch(room.view, (view) => view.connection),
    problem: useWatch(room.view, (view) => view.problem),
    canEdit: useWatch(room.view, mayEdit),
    reached: useWatch(reached),
    files: useWatch(room.tree.view, (nodes) => nodes.some(({ kind }) => kind !== "folder")),
  });
}
