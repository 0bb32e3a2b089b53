import { toast } from "../app/toast.ts";
import type { RoomParts } from "./RoomContext.ts";

const meaning = {
  owner: "You are an owner of this room now: the room menu has its rules.",
  editor: "You are an editor here now: you may write.",
  viewer: "You are a viewer here now: you may read.",
};

/** Says when an owner gave this person another role. */
export function tellRole({ room }: RoomParts): () => void {
  let { role } = room.view.get();
  return room.view.subscribe(() => {
    const now = room.view.get().role;
    if (now !== role) toast(meaning[now]);
    role = now;
  });
}
