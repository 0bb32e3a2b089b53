import { dismiss, toast } from "../../app/toast.ts";
import type { RoomParts } from "../RoomContext.ts";

const forMs = 30_000; // as long as the question stands

/** Shows that someone asks me to follow them: in the corner, read aloud politely, taking no key from what I do. Returns its end. */
export function invite({ room }: RoomParts): () => void {
  const { spotlight } = room.together;
  let shown: number | undefined;
  const take = () => {
    if (shown !== undefined) dismiss(shown);
    shown = undefined;
  };
  const show = () => {
    take();
    const asked = spotlight.invitation.get();
    if (!asked) return;
    shown = toast(`${asked.name} asks you to follow`, {
      forMs,
      actions: [
        { label: "Follow", run: () => spotlight.accept() },
        { label: "Not now", run: () => spotlight.decline() },
        { label: "Not during this visit", run: () => spotlight.decline(true) },
      ],
    });
  };
  const stop = spotlight.invitation.subscribe(show);
  return () => {
    stop();
    take();
  };
}
