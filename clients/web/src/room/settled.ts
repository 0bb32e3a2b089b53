import type { RoomFile } from "@coterie/core";

/** Waits until a file has its text, or is deleted, or nobody wants it any more: then it may be "loading" still. */
export function settled(file: RoomFile, unwanted: () => boolean): Promise<string> {
  return new Promise((resolve) => {
    const look = () => {
      const state = file.state.get();
      if (state === "loading" && !unwanted()) return;
      clearInterval(timer);
      unsubscribe();
      resolve(state);
    };
    const timer = setInterval(look, 1_000); // a room that was left tells nothing more
    const unsubscribe = file.state.subscribe(look);
    look();
  });
}
