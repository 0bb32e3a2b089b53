import { Observable } from "@coterie/core";
import { remembered } from "../app/remembered.ts";
import { type Tab, tabsIn, type ViewOf } from "./deskTabs.ts";

const mostRecent = 100;

/** Where a reader wants to be in a file they asked for. */
export interface Target {
  readonly file: string;
  /** A person whose caret to show, by member id. */
  readonly person?: string | undefined;
  /** From 1. */
  readonly line?: number | undefined;
  readonly column?: number | undefined;
  /** Whether it takes the keyboard; "free": only if nothing else has it, for nobody asked for this file. */
  readonly focus: boolean | "free";
  /** Whether the caret goes behind the last letter, as in a text that was just begun. */
  readonly atEnd: boolean;
}

/** Whether a wish takes the keyboard from where it is. */
export function takesKeyboard({ focus }: Target): boolean {
  return focus === "free" ? document.activeElement === document.body : focus;
}

/**
 * The tabs on my desk in their order and the one in front, and how they are split: remembered for this room here.
 *
 * Always: pinned tabs come first, and go by themselves alone, never with others; `files` and `active` say the same by file.
 */
export class Desk {
  readonly tabs = new Observable<readonly Tab[]>([]);
  /** The tab that one is in, or was in last. */
  readonly front = new Observable<string | undefined>(undefined);
  /** The files of the tabs, each once. */
  readonly files = new Observable<readonly string[]>([]);
  /** The file of the tab in front. */
  readonly active = new Observable<string | undefined>(undefined);
  /** The files that were in front in this visit, the last one first. */
  readonly recent = new Observable<readonly string[]>([]);
  /** The newest wish to be somewhere; whoever shows that file fulfils it once. */
  readonly target = new Observable<Target | undefined>(undefined);
  readonly #room: string;
  /** The tabs that were in front, the last one first. */
  #seen: readonly string[] = [];
  #layout: string | undefined;

  constructor(room: string) {
    this.#room = room;
  }

  /** How the tabs lie beside one another, as the screen that shows them wrote it down. */
  get layout(): string | undefined {
    return this.#layout;
  }

  arrange(layout: string): void {
    this.#layout = layout;
    this.#remember();
  }

  /** The tabs of the last visit, as far as their files still stand in the tree. */
  restore(living: (file: string) => boolean): void {
    const { tabs, front, layout } = tabsIn(remembered.desk(this.#room), living);
    const first = tabs.find(({ id }) => id === front) ?? tabs[0];
    if (!first) return;
    this.#layout = layout;
    this.#set(tabs);
    this.#bringUp(first.id);
    this.target.set({ file: first.file, focus: false, atEnd: false });
    this.#remember();
  }

  open(file: string, { focus = true, atEnd = false, ...where }: Partial<Omit<Target, "file">> = {}): void {
    const known = this.#textTab(file);
    if (!known) this.#set([...this.tabs.get(), { id: file, file, as: "text", pinned: false }]);
    this.#bringUp(known?.id ?? file);
    this.target.set({ file, ...where, focus, atEnd });
    this.#remember();
  }

  /**
   * Another tab of a tab's file, beside it; a view of that kind that is there already comes to the front.
   * @param stay one goes on in the tab where one is: the new one shows, but is not in front
   */
  split(tab: string, as: ViewOf = "text", stay = false): void {
    const from = this.find(tab);
    if (!from) return;
    const there = as === "text" ? undefined : this.tabs.get().find((each) => each.file === from.file && each.as === as);
    const id = there?.id ?? this.#freeId(from.file, as);
    if (!there) this.#set([...this.tabs.get(), { id, file: from.file, as, pinned: false, beside: tab }]);
    if (there || !stay) this.#bringUp(id);
    if (as === "text") this.target.set({ file: from.file, focus: true, atEnd: false });
    this.#remember();
  }

  pin(tab: string, pinned: boolean): void {
    this.#set(this.tabs.get().map((each) => (each.id === tab ? { ...each, pinned } : each)));
    this.#remember();
  }

  close(tab: string): void {
    this.#close(({ id }) => id === tab);
  }

  /** All tabs of a file. */
  closeFile(file: string): void {
    this.#close((each) => each.file === file);
  }

  /** All but this one and the pinned ones. @param tab without it, all that are not pinned */
  closeOthers(tab?: string): void {
    this.#close(({ id, pinned }) => id !== tab && !pinned);
  }

  show(tab: string | undefined): void {
    this.#bringUp(tab);
    this.#remember();
  }

  find(tab: string | undefined): Tab | undefined {
    return this.tabs.get().find(({ id }) => id === tab);
  }

  #close(goes: (tab: Tab) => boolean): void {
    const before = this.tabs.get();
    const left = before.filter((tab) => !goes(tab));
    if (left.length === before.length) return;
    const at = before.findIndex(({ id }) => id === this.front.get());
    this.#set(left);
    if (left.length === 0) this.#layout = undefined;
    if (!this.find(this.front.get())) this.#bringUp(left[Math.min(Math.max(at, 0), left.length - 1)]?.id);
    this.#remember();
  }

  #set(tabs: readonly Tab[]): void {
    const sorted = [...tabs.filter(({ pinned }) => pinned), ...tabs.filter(({ pinned }) => !pinned)];
    this.tabs.set(sorted);
    const files = [...new Set(sorted.map(({ file }) => file))];
    if (files.join() !== this.files.get().join()) this.files.set(files);
  }

  #bringUp(tab: string | undefined): void {
    const file = this.find(tab)?.file;
    this.front.set(tab);
    if (file !== this.active.get()) this.active.set(file);
    if (file === undefined || tab === undefined) return;
    this.#seen = [tab, ...this.#seen.filter((other) => other !== tab)].slice(0, mostRecent);
    if (this.recent.get()[0] !== file)
      this.recent.set([file, ...this.recent.get().filter((other) => other !== file)].slice(0, mostRecent));
  }

  /** Where a file's text is shown: in front, or where it was seen last. */
  #textTab(file: string): Tab | undefined {
    const those = this.tabs.get().filter((tab) => tab.file === file && tab.as === "text");
    const [last] = this.#seen.filter((id) => those.some((tab) => tab.id === id));
    return those.find(({ id }) => id === last) ?? those[0];
  }

  #freeId(file: string, as: ViewOf): string {
    const plain = as === "text" ? file : `${file}.${as}`;
    for (let nth = 1; ; nth++) {
      const id = nth === 1 ? plain : `${plain}.${nth}`;
      if (!this.find(id)) return id;
    }
  }

  #remember(): void {
    const tabs = this.tabs.get().map(({ id, file, as, pinned }) => ({ id, file, as, pinned }));
    remembered.rememberDesk(this.#room, JSON.stringify({ tabs, front: this.front.get(), layout: this.#layout }));
  }
}
