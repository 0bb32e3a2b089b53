import { Observable, type Room } from "@coterie/core";
import { watchText } from "../watchText.ts";

/** So many files are asked of the server at a time. */
const atOnce = 16;
/** So many files are kept open, and what is typed in them is known at once; of the others the text is as it was when it was read. */
const mostHeld = 300;

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
  /** The ends of the files that are open: being read, or held. */
  readonly #open = new Map<string, () => void>();
  readonly #busy = new Set<string>();
  #queue: string[] = [];
  readonly #unsubscribe: () => void;

  constructor(room: Room, listener: Listener) {
    this.#room = room;
    this.#listener = listener;
    this.#unsubscribe = room.tree.view.subscribe(() => this.#follow());
    this.#follow();
  }

  close(): void {
    this.#unsubscribe();
    for (const id of [...this.#open.keys()]) this.#close(id);
    this.#queue = [];
    this.reading.set(undefined);
  }

  #follow(): void {
    const files = new Set(this.#room.tree.view.get().flatMap(({ id, kind }) => (kind === "file" ? [id] : [])));
    for (const id of this.#known) {
      if (files.has(id)) continue;
      this.#known.delete(id);
      this.#close(id);
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
    while (this.#busy.size < atOnce && this.#queue.length > 0) this.#read(this.#queue.shift()!);
    const total = this.#known.size;
    const read = total - this.#queue.length - this.#busy.size;
    this.reading.set(read >= total ? undefined : { read, total });
  }

  #read(id: string): void {
    if (!this.#known.has(id)) return;
    this.#busy.add(id);
    const tell = (text: string | undefined) => {
      if (text !== undefined) this.#listener.text(id, text);
      if (!this.#busy.delete(id)) return;
      if (text === undefined || this.#open.size - this.#busy.size > mostHeld) this.#close(id);
      this.#next();
    };
    this.#open.set(id, watchText(this.#room, id, tell));
  }

  #close(id: string): void {
    this.#open.get(id)?.();
    this.#open.delete(id);
    this.#busy.delete(id);
  }
}
