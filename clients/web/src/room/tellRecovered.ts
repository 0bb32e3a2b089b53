import { toast } from "../app/toast.ts";
import type { RoomParts } from "./RoomContext.ts";

/** Says of each deleted file whose unsent text was put into a new one where that is; its own tab, where it is on top, says it itself. */
export function tellRecovered({ room, desk }: RoomParts): () => void {
  let told = 0;
  const tell = () => {
    const all = room.recovered.get();
    for (const { file, name, into } of all.slice(told)) {
      if (desk.active.get() === file) continue;
      const text = `${name} was deleted before your last edits reached the server. They are in a new file beside it.`;
      toast(text, { action: { label: "Open it", run: () => desk.open(into) } });
    }
    told = all.length;
  };
  tell();
  return room.recovered.subscribe(tell);
}
