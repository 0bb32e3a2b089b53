import type { Room } from "@coterie/core";
import { watchText } from "../watchText.ts";

/** So many files are asked of the server at a time, and closed again before the next. */
const atOnce = 8;

export interface TextReader {
  /** The file's text as it is now, or undefined where it has none. The next one is read once this was taken. */
  take(id: string, text: string | undefined): Promise<void>;
}

/**
 * Reads the texts of these files once each, in small steps: whoever types meanwhile is not held up. Without a connection what was not
 * read waits for it. Returns its end, after which nothing is told any more.
 */
export function readTexts(room: Room, ids: readonly string[], reader: TextReader): () => void {
  const queue = [...ids];
  const open = new Set<() => void>();
  let over = false;
  const next = () => {
    const id = over ? undefined : queue.shift();
    if (id === undefined) return;
    let taken = false;
    const close = watchText(room, id, (text) => {
      if (taken) return;
      taken = true;
      close();
      open.delete(close);
      if (!over) void reader.take(id, text).finally(next);
    });
    if (!taken) open.add(close);
  };
  for (let nth = 0; nth < atOnce; nth++) next();
  return () => {
    over = true;
    for (const close of open) close();
    open.clear();
  };
}
