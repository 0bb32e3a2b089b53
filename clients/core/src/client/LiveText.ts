import * as Y from "yjs";
import { TEXT_ROOT } from "../rooms/Digest.ts";
import { FROM_LOG, OwnOrigins } from "./origins.ts";
import { writerOf } from "./writers.ts";

/** A document as a person types in it: its text, what undo takes back, and who is told of what is typed. */
export class LiveText {
  readonly doc: Y.Doc;
  readonly text: Y.Text;
  readonly undo: Y.UndoManager;

  /** @param typed not of what comes from the log. `writer`: undefined where it is whoever the document is */
  constructor(doc: Y.Doc, typed: (from: LiveText, writer: number | undefined, update: Uint8Array) => void) {
    this.doc = doc;
    this.text = doc.getText(TEXT_ROOT);
    this.undo = new Y.UndoManager(this.text, { trackedOrigins: new OwnOrigins() });
    doc.on("update", (update: Uint8Array, origin: unknown) => {
      if (origin !== FROM_LOG) typed(this, typeof origin === "symbol" ? writerOf(update) : undefined, update);
    });
  }

  destroy(): void {
    this.undo.destroy();
    this.doc.destroy();
  }
}
