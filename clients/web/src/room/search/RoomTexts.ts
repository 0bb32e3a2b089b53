import { Observable, type Room, type RoomFile } from "@coterie/core";

/** So many files are asked of the server at a time. */
const atOnce = 16;
/** So many files are kept open, and what is typed in them is known at once; of the others the text is as it was when it was read. */
const mostHeld = 300;
/** A text that is being typed in is told after so long. */
const tellMs = 150;

export interface Reading {
  readonly read: number;
  readonly total: number;
}

interface Listener {
  text(id: string, text: string): void;
  gone(id: string): void;
}

/**
 * The texts of all files of a room, for as long as somebody wants them: what was made, deleted and typed meanwhile is told, too.
 *
 * Always: each file is read once, the first `mostHeld` stay open; nothing is opened after the end.
 */
export class RoomTexts {
  /** How far it is; undefined when all has been read. */
  readonly reading = new Observable<Reading | undefined>(undefined);
  readonly #room: Room;
  readonly #listener: Listener;
  readonly #known = new Set<string>();
  readonly #held = new Map<string, () => void>();
  #queue: string[] = [];
  #busy = 0;
  #read = 0;
  #over = false;
  readonly #unsubscribe: () => void;

  constructor(room: Room, listener: Listener) {
    this.#room = room;
    this.#listener = listener;
    this.#unsubscribe = room.tree.view.subscribe(() => this.#follow());
    this.#follow();
  }

  close(): void {
    this.#over = true;
    this.#unsubscribe();
    this.#queue = [];
    for (const release of this.#held.values()) release();
    this.#held.clear();
  }

  #follow(): void {
    const files = new Set(this.#room.tree.view.get().flatMap(({ id, kind }) => (kind === "file" ? [id] : [])));
    for (const id of this.#known) {
      if (files.has(id)) continue;
      this.#known.delete(id);
      this.#held.get(id)?.();
      this.#held.delete(id);
      this.#listener.gone(id);
    }
    for (const id of files) {
      if (this.#known.has(id)) continue;
      this.#known.add(id);
      this.#queue.push(id);
    }
    this.#next();
  }

  #next(): void {
    while (this.#busy < atOnce && this.#queue.length > 0) {
      this.#busy++;
      void this.#take(this.#queue.shift()!).finally(() => {
        this.#busy--;
        this.#next();
      });
    }
    const total = this.#known.size;
    this.#read = total - this.#queue.length - this.#busy;
    this.reading.set(this.#over || this.#read >= total ? undefined : { read: this.#read, total });
  }

  async #take(id: string): Promise<void> {
    if (!this.#known.has(id)) return;
    const file = await this.#room.open(id);
    const state = await settled(file, () => this.#over || !this.#known.has(id));
    if (state !== "ready" || this.#over || !this.#known.has(id)) {
      file.close();
      return;
    }
    this.#listener.text(id, file.text.toString());
    if (this.#held.size < mostHeld) this.#held.set(id, this.#watch(id, file));
    else file.close();
  }

  /** Tells a text again when it has changed. */
  #watch(id: string, file: RoomFile): () => void {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const tell = () => {
      timer = undefined;
      if (file.state.get() === "ready") this.#listener.text(id, file.text.toString());
    };
    const changed = () => {
      timer ??= setTimeout(tell, tellMs);
    };
    let doc = file.doc;
    doc.on("update", changed);
    const unsubscribe = file.state.subscribe(() => {
      doc.off("update", changed);
      doc = file.doc; // it may be another one now
      doc.on("update", changed);
      changed();
    });
    return () => {
      clearTimeout(timer);
      unsubscribe();
      doc.off("update", changed);
      file.close();
    };
  }
}

/** Waits until a file has its text, or is deleted, or nobody wants it any more. */
export function settled(file: RoomFile, unwanted: () => boolean): Promise<string> {
  return new Promise((resolve) => {
    const look = () => {
      const state = file.state.get();
      if (state === "loading" && !unwanted()) return;
      clearInterval(timer);
      unsubscribe();
      resolve(state);
    };
    const timer = setInterval(look, 1_000); // a room that was left tells nothing more
    const unsubscribe = file.state.subscribe(look);
    look();
  });
}
