import type { Observable } from "@coterie/core";
import { attempt } from "../app/toast.ts";
import { takeFresh } from "../join/entrance.ts";
import type { RoomParts } from "./RoomContext.ts";

const starterName = "welcome.md";
/** Whoever is here says where they are to everyone who comes; one whose page rests does so late. */
const saidWithinMs = 500;

function starterText(title: string): string {
  return [
    `# ${title}`,
    "",
    "Everyone in this room types in the same files at the same time.",
    "Press Copy link above and send it to a friend.",
    "",
    "",
  ].join("\n");
}

/**
 * What lies open when one comes in. A new room gets a starter file, typed by its creator; a returning member finds the
 * files of the last visit; a guest finds the file somebody is in, or the first one.
 */
export function settleIn(parts: RoomParts, id: string): () => void {
  if (takeFresh(id)) {
    void begin(parts);
    return () => {};
  }
  const { room, desk } = parts;
  let end = () => {};
  const look = () => {
    const nodes = room.tree.view.get();
    if (nodes.length === 0 || !room.tree.isWhole) return; // of a part, tabs of the last visit would be missed
    if (nodes.some(({ pending }) => pending)) return; // what the last visit left unsent may be refused
    stop();
    desk.restore((file) => nodes.some((node) => node.id === file && node.kind !== "folder"));
    if (desk.files.get().length === 0) end = openFirst(parts);
  };
  const stop = room.tree.view.subscribe(look);
  look();
  return () => {
    stop();
    end();
  };
}

/** Opens the file that somebody is in once those who are here have said where they are, or have had the time to; else the first one. */
function openFirst({ room, desk }: RoomParts): () => void {
  const look = (late: boolean) => {
    const others = room.view.get().people.filter(({ me, live }) => !me && live);
    const busy = others.find(({ file }) => file !== undefined)?.file;
    if (busy === undefined && others.length > 0 && !late) return;
    end();
    if (desk.files.get().length > 0) return; // one was faster
    const nodes = room.tree.view.get();
    const first =
      nodes.find((node) => node.id === busy) ??
      nodes.find(({ kind }) => kind === "file") ??
      nodes.find((node) => node.kind !== "folder");
    if (first) desk.open(first.id, { focus: "free" });
  };
  const timer = setTimeout(() => look(true), saidWithinMs);
  const stop = room.view.subscribe(() => look(false));
  const end = () => {
    clearTimeout(timer);
    stop();
  };
  look(false);
  return end;
}

async function begin({ room, desk }: RoomParts): Promise<void> {
  const id = await attempt(room.tree.create("file", undefined, starterName));
  if (id === undefined) return;
  const file = await attempt(room.open(id));
  if (!file) return;
  await until(file.state, (state) => state !== "loading");
  if (file.text.length === 0) file.text.insert(0, starterText(room.view.get().title));
  desk.open(id, { focus: "free", atEnd: true });
  file.close();
}

function until<T>(watched: Observable<T>, holds: (value: T) => boolean): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      if (!holds(watched.get())) return;
      end();
      resolve();
    };
    const end = watched.subscribe(look);
    look();
  });
}
