import type { Room } from "@coterie/core";
import { EditedFiles } from "../EditedFiles.ts";
import { settled } from "../settled.ts";
import { compile, type Hit, hitsIn, type Query } from "./query.ts";

export interface Chosen {
  readonly id: string;
  readonly path: string;
  readonly hits: readonly Hit[];
}

/** What was replaced, with the way back, and the paths of what was left because somebody changed it meanwhile. */
export interface Replaced {
  readonly places: number;
  readonly edited: EditedFiles;
  readonly left: readonly string[];
}

/**
 * Replaces places in files, each file's in one step that its own undo takes back, too. Of a file that changed since it was searched
 * those are replaced that stand at the same letters still; none where that cannot be told.
 * @param searched the text of a file as it was searched
 */
export async function replaceIn(room: Room, files: readonly Chosen[], query: Query): Promise<Replaced> {
  const edited = new EditedFiles();
  const left: string[] = [];
  let places = 0;
  for (const { id, path, hits } of files) {
    const file = await room.open(id);
    const state = await settled(file, () => room.view.get().connection === "ended");
    const now = state === "ready" ? hitsNow(file.text.toString(), hits, query) : [];
    if (now.length === 0) {
      left.push(path);
      file.close();
      continue;
    }
    edited.edit(path, file, (text) => {
      for (const { start, end, becomes = "" } of now.toReversed()) {
        if (end > start) text.delete(start, end - start);
        text.insert(start, becomes);
      }
    });
    places += now.length;
  }
  return { places, left, edited };
}

/** The chosen places in a text as it is now, with what they become; none where one of them is no more. */
function hitsNow(text: string, hits: readonly Hit[], query: Query): readonly Hit[] {
  const expression = compile(query);
  if (typeof expression === "string") return [];
  const chosen = new Set(hits.map(({ start, end }) => `${start} ${end}`));
  const now = hitsIn(text, expression, query, Number.POSITIVE_INFINITY).filter(({ start, end }) =>
    chosen.has(`${start} ${end}`),
  );
  return now.length === hits.length ? now : [];
}
