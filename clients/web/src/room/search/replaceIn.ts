import type { Room, RoomFile } from "@coterie/core";
import * as Y from "yjs";
import { compile, type Hit, hitsIn, type Query } from "./query.ts";

export interface Chosen {
  readonly id: string;
  readonly path: string;
  readonly hits: readonly Hit[];
}

/** What was replaced, and what was left because somebody changed it meanwhile. */
export interface Replaced {
  readonly places: number;
  readonly files: number;
  readonly left: readonly string[];
  /** Takes all of it back, and nothing that others wrote. @returns the files where that was not possible */
  readonly undo: () => readonly string[];
  /** Gives up the way back. */
  readonly keep: () => void;
}

interface Step {
  readonly path: string;
  readonly file: RoomFile;
  readonly doc: Y.Doc;
  readonly undo: Y.UndoManager;
}

/**
 * Replaces places in files, each file's in one step that its own undo takes back, too. Of a file that changed since it was searched
 * those are replaced that stand at the same letters still; none where that cannot be told.
 * @param searched the text of a file as it was searched
 */
export async function replaceIn(room: Room, files: readonly Chosen[], query: Query): Promise<Replaced> {
  const steps: Step[] = [];
  const left: string[] = [];
  let places = 0;
  for (const { id, path, hits } of files) {
    const file = await room.open(id);
    const text = await textOf(file);
    const now = text === undefined ? [] : hitsNow(text, hits, query);
    if (now.length === 0) {
      left.push(path);
      file.close();
      continue;
    }
    steps.push({ path, file, doc: file.doc, undo: replace(file, now) });
    places += now.length;
  }
  const end = () => {
    for (const { file, undo } of steps.splice(0)) {
      undo.destroy();
      file.close();
    }
  };
  const undo = () => {
    const not = steps.filter(({ file, doc }) => file.state.get() !== "ready" || file.doc !== doc);
    for (const step of steps) if (!not.includes(step)) step.undo.undo();
    end();
    return not.map(({ path }) => path);
  };
  return { places, files: steps.length, left, undo, keep: end };
}

function replace(file: RoomFile, hits: readonly Hit[]): Y.UndoManager {
  const here = {};
  const undo = new Y.UndoManager(file.text, { trackedOrigins: new Set([here]) });
  file.undo.stopCapturing();
  file.doc.transact(() => {
    for (const { start, end, becomes = "" } of hits.toReversed()) {
      file.text.delete(start, end - start);
      file.text.insert(start, becomes);
    }
  }, here);
  file.undo.stopCapturing();
  return undo;
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

/** Undefined where it is deleted. */
function textOf(file: RoomFile): Promise<string | undefined> {
  return new Promise((resolve) => {
    const look = () => {
      const state = file.state.get();
      if (state === "loading") return;
      unsubscribe();
      resolve(state === "ready" ? file.text.toString() : undefined);
    };
    const unsubscribe = file.state.subscribe(look);
    look();
  });
}
