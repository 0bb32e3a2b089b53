/** What the tabs of one browser tell each other: that its person left a room, so that no tab stays in it with erased keys. */
const channel = new BroadcastChannel("coterie.left");

export function tellLeft(room: string): void {
  channel.postMessage(room);
}

/** Calls back with the room's id when one was left in another tab. Returns its end. */
export function onLeft(listener: (room: string) => void): () => void {
  const hear = ({ data }: MessageEvent<unknown>) => {
    if (typeof data === "string") listener(data);
  };
  channel.addEventListener("message", hear);
  return () => channel.removeEventListener("message", hear);
}
