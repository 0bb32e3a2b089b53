import type { Room, RoomFile } from "@coterie/core";

/** What changes in a text that is watched is told together after so long. */
const settleMs = 300;

/**
 * Opens a file and tells its text once it is there and, until the end, whenever it has changed; `undefined` while there is none, as of a
 * deleted file. Returns its end, which closes the file.
 */
export function watchText(room: Room, id: string, tell: (text: string | undefined) => void): () => void {
  let over = false;
  let end = () => {
    over = true;
  };
  room.open(id).then(
    (file) => {
      if (over) file.close();
      else end = watch(file, tell);
    },
    () => tell(undefined),
  );
  return () => end();
}

function watch(file: RoomFile, tell: (text: string | undefined) => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let over = false;
  let { doc } = file;
  const look = () => {
    clearTimeout(timer);
    timer = undefined;
    const state = file.state.get();
    if (state !== "loading" && !over) tell(state === "ready" ? file.text.toString() : undefined);
  };
  const changed = () => {
    timer ??= setTimeout(look, settleMs);
  };
  const renewed = () => {
    doc.off("update", changed);
    doc = file.doc; // made anew, it is another one
    doc.on("update", changed);
    look();
  };
  const unsubscribe = file.state.subscribe(renewed);
  doc.on("update", changed);
  queueMicrotask(look);
  return () => {
    over = true;
    clearTimeout(timer);
    unsubscribe();
    doc.off("update", changed);
    file.close();
  };
}
