import { Observable } from "@coterie/core";
import type { Desk } from "../room/Desk.ts";
import type { Bookmark } from "./Bookmark.ts";
import type { EditorCommands } from "./EditorCommands.ts";

/** How many editors stand at once where no more are in view. Each listens to the whole page, and slows the making of the next. */
export const editorsAtOnce = 8;

/**
 * Which files on the desk have an editor: all in view, and of the others those that were looked at last, `editorsAtOnce` together.
 * Tabs are as many as one likes: of a file whose editor was put away the room holds text, undo and unsent edits; where one was in it
 * is kept here, for as long as it lies on the desk.
 */
export class LiveEditors {
  readonly files = new Observable<ReadonlySet<string>>(new Set());
  /** What can be done in the editor of the file on top; undefined where none stands. */
  acting: EditorCommands | undefined;
  readonly #desk: Desk;
  readonly #inView = new Set<string>();
  /** The files that were in view, the newest last. */
  #seen: readonly string[] = [];
  readonly #bookmarks = new Map<string, Bookmark>();

  constructor(desk: Desk) {
    this.#desk = desk;
    desk.files.subscribe(() => this.#forgetClosed());
  }

  enterView(file: string): void {
    this.#inView.add(file);
    this.#seen = [...this.#seen.filter((other) => other !== file), file];
    this.#choose();
  }

  leaveView(file: string): void {
    if (this.#inView.delete(file)) this.#choose();
  }

  /** Keeps where one was in a file whose editor goes. */
  keep(file: string, bookmark: Bookmark): void {
    if (this.#lies(file)) this.#bookmarks.set(file, bookmark);
  }

  bookmarkIn(file: string): Bookmark | undefined {
    return this.#bookmarks.get(file);
  }

  #choose(): void {
    const hidden = this.#seen.filter((file) => !this.#inView.has(file)).reverse();
    const left = Math.max(0, editorsAtOnce - this.#inView.size);
    this.files.set(new Set([...this.#inView, ...hidden.slice(0, left)]));
  }

  #forgetClosed(): void {
    for (const file of this.#bookmarks.keys()) if (!this.#lies(file)) this.#bookmarks.delete(file);
    this.#seen = this.#seen.filter((file) => this.#lies(file));
    this.#choose();
  }

  #lies(file: string): boolean {
    return this.#desk.files.get().includes(file);
  }
}
