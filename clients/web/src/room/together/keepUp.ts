import { toast } from "../../app/toast.ts";
import type { RoomParts } from "../RoomContext.ts";

/**
 * Keeps the desk at the file that the one I follow is in. Another file that I open myself ends following, as does Escape where nothing
 * else takes that key. Lines and caret are the editor's (`editor/Companion.ts`). Returns its end.
 */
export function keepUp({ room, desk }: RoomParts): () => void {
  const { following } = room.together;
  let led: string | undefined; // the file that following brought me to
  const go = () => {
    const [whom, place] = [following.followed.get(), following.place.get()];
    if (!whom) led = undefined;
    if (!whom || whom.held || !place || place.file === led) return;
    if (!room.tree.view.get().some((node) => node.id === place.file)) return; // it is still to come
    led = place.file;
    if (desk.active.get() !== led) desk.open(led, { focus: false });
  };
  const strayed = () => {
    if (led !== undefined && desk.active.get() !== led) following.stop();
  };
  const told = () => {
    const ended = following.ended.get();
    if (ended?.why === "left") toast(`${ended.name} has left. You follow nobody now.`);
    else if (ended) toast(`${ended.name} no longer asks to be followed. You are where they were.`);
  };
  const letGo = (event: KeyboardEvent) => {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    const editing = at(event.target, ".monaco-editor"); // which takes the key while a box or list of its own is open
    if (editing !== (event.eventPhase === Event.BUBBLING_PHASE) || (!editing && takesEscape(event.target))) return;
    following.stop();
  };
  const stops = [
    following.place.subscribe(go),
    following.followed.subscribe(go),
    room.tree.view.subscribe(go),
    desk.active.subscribe(strayed),
    following.ended.subscribe(told),
  ];
  addEventListener("keydown", letGo);
  addEventListener("keydown", letGo, { capture: true });
  return () => {
    for (const stop of stops) stop();
    removeEventListener("keydown", letGo);
    removeEventListener("keydown", letGo, { capture: true });
  };
}

const message = "textarea[aria-label=Message]";

/** Whether the key is another's: a box that it empties, a menu or dialog that it closes. A mere tooltip does not keep it. */
function takesEscape(target: EventTarget | null): boolean {
  const open = [...document.querySelectorAll("[role=dialog], [role=menu]")];
  const box = at(target, `input, textarea:not(${message}), ${message}[aria-controls]`); // with a list of names over it
  return box || open.some((each) => !each.closest(".monaco-editor") && each.checkVisibility());
}

function at(target: EventTarget | null, where: string): boolean {
  return target instanceof Element && target.closest(where) !== null;
}
