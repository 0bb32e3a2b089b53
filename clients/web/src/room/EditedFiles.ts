import type { RoomFile } from "@coterie/core";
import * as Y from "yjs";

interface Step {
  readonly path: string;
  readonly file: RoomFile;
  readonly doc: Y.Doc;
  readonly undo: Y.UndoManager;
}

/**
 * Edits of several files that are taken back as one, with nothing that others wrote; each is one step of its file's own undo, too.
 *
 * Always: a file that was edited here stays open until the edits are taken back, or kept.
 */
export class EditedFiles {
  #steps: Step[] = [];

  get count(): number {
    return this.#steps.length;
  }

  /** @param file is closed here */
  edit(path: string, file: RoomFile, change: (text: Y.Text) => void): void {
    const here = {};
    const undo = new Y.UndoManager(file.text, { trackedOrigins: new Set([here]) });
    file.undo.stopCapturing();
    file.doc.transact(() => change(file.text), here);
    file.undo.stopCapturing();
    this.#steps.push({ path, file, doc: file.doc, undo });
  }

  /** @returns the paths of files where that is not possible any more */
  undo(): readonly string[] {
    const lost = this.#steps.filter(({ file, doc }) => file.state.get() !== "ready" || file.doc !== doc);
    for (const step of this.#steps) if (!lost.includes(step)) step.undo.undo();
    this.#end();
    return lost.map(({ path }) => path);
  }

  /** The way back is open for so long. */
  keepAfter(ms: number): void {
    setTimeout(() => this.#end(), ms);
  }

  #end(): void {
    for (const { file, undo } of this.#steps) {
      undo.destroy();
      file.close();
    }
    this.#steps = [];
  }
}
