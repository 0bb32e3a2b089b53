import { Observable } from "@coterie/core";
import type { Desk } from "../room/Desk.ts";
import type { Bookmark } from "./Bookmark.ts";
import type { EditorCommands } from "./EditorCommands.ts";

/** How many editors stand at once where no more are in view. Each listens to the whole page, and slows the making of the next. */
export const editorsAtOnce = 8;

/**
 * Which tabs on the desk have an editor: all in view, and of the others those that were looked at last, `editorsAtOnce` together.
 * Tabs are as many as one likes: of a file whose editor was put away the room holds text, undo and unsent edits; where one was in a
 * tab is kept here, for as long as it lies on the desk.
 */
export class LiveEditors {
  readonly tabs = new Observable<ReadonlySet<string>>(new Set());
  /** What can be done in the editor of the tab in front; undefined where none stands. */
  acting: EditorCommands | undefined;
  /** The first line one sees of the text in front, from 1. */
  readonly top = new Observable<{ readonly file: string; readonly line: number } | undefined>(undefined);
  readonly #desk: Desk;
  readonly #inView = new Set<string>();
  /** The tabs that were in view, the newest last. */
  #seen: readonly string[] = [];
  readonly #bookmarks = new Map<string, Bookmark>();
  readonly #standing = new Map<string, () => Bookmark>();

  constructor(desk: Desk) {
    this.#desk = desk;
    desk.tabs.subscribe(() => this.#forgetClosed());
  }

  enterView(tab: string): void {
    this.#inView.add(tab);
    this.#seen = [...this.#seen.filter((other) => other !== tab), tab];
    this.#choose();
  }

  leaveView(tab: string): void {
    if (this.#inView.delete(tab)) this.#choose();
  }

  /** An editor stands in a tab. @param place where one is in it now @returns its end, with which the place is kept */
  stand(tab: string, place: () => Bookmark): () => void {
    this.#standing.set(tab, place);
    return () => {
      this.#standing.delete(tab);
      if (this.#desk.find(tab)) this.#bookmarks.set(tab, place());
    };
  }

  /** Where one was in a tab; in a new one, where one is in the tab that it was split from. */
  bookmarkIn(tab: string): Bookmark | undefined {
    const { beside } = this.#desk.find(tab) ?? {};
    return this.#bookmarks.get(tab) ?? (beside === undefined ? undefined : this.#standing.get(beside)?.());
  }

  #choose(): void {
    const hidden = this.#seen.filter((tab) => !this.#inView.has(tab)).reverse();
    const left = Math.max(0, editorsAtOnce - this.#inView.size);
    this.tabs.set(new Set([...this.#inView, ...hidden.slice(0, left)]));
  }

  #forgetClosed(): void {
    for (const tab of this.#bookmarks.keys()) if (!this.#desk.find(tab)) this.#bookmarks.delete(tab);
    this.#seen = this.#seen.filter((tab) => this.#desk.find(tab));
    this.#choose();
  }
}
