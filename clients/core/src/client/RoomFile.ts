import type * as Y from "yjs";
import type { NodeId } from "../wire/Ids.ts";
import type { FileDoc, FilePhase } from "./FileDoc.ts";
import type { Observable } from "./Observable.ts";

/**
 * A file that someone holds open. After `state` has been "loading" again, `doc`, `text` and `undo` may be other objects: whoever binds to
 * them does so anew when it becomes "ready".
 */
export class RoomFile {
  readonly #doc: FileDoc;
  #release: (() => void) | undefined;

  constructor(doc: FileDoc, release: () => void) {
    this.#doc = doc;
    this.#release = release;
  }

  get id(): NodeId {
    return this.#doc.id;
  }

  get doc(): Y.Doc {
    return this.#doc.doc;
  }

  get text(): Y.Text {
    return this.#doc.text;
  }

  get undo(): Y.UndoManager {
    return this.#doc.undo;
  }

  get state(): Observable<FilePhase> {
    return this.#doc.state;
  }

  /** Whether the hub has all that was written here. */
  get saved(): boolean {
    return this.#doc.quiet;
  }

  /** What was typed here and will never count, with the reason. */
  get rejected(): FileDoc["rejected"] {
    return this.#doc.rejected;
  }

  /** That this copy had come apart from the log, and what of it that does not say; until taken note of. */
  get mended(): FileDoc["mending"]["result"] {
    return this.#doc.mending.result;
  }

  close(): void {
    this.#release?.();
    this.#release = undefined;
  }
}
