import type { Room, RoomFile } from "@coterie/core";

/** Waits until the server has all of a file's text; false where it never will, or nobody wants it any more. */
export function saved({ view }: Room, file: RoomFile, unwanted?: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const look = () => {
      const never = file.rejected.get() !== undefined || view.get().connection === "ended";
      if (!file.saved && !never && !unwanted?.aborted) return;
      for (const end of ends) end();
      resolve(file.saved);
    };
    const ends = [
      view.subscribe(look),
      file.rejected.subscribe(look),
      () => unwanted?.removeEventListener("abort", look),
    ];
    unwanted?.addEventListener("abort", look);
    look();
  });
}
