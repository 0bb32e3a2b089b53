import { Observable } from "@coterie/core";
import { remembered } from "../app/remembered.ts";

const mostRecent = 100;

/** Where a reader wants to be in a file they asked for. */
export interface Target {
  readonly file: string;
  /** A person whose caret to show, by member id. */
  readonly person?: string | undefined;
  /** From 1. */
  readonly line?: number | undefined;
  readonly column?: number | undefined;
  readonly focus: boolean;
  /** Whether the caret goes behind the last letter, as in a text that was just begun. */
  readonly atEnd: boolean;
}

/** The files that lie open on my desk, in the order of their tabs, and the one on top. Remembered for this room here. */
export class Desk {
  readonly files = new Observable<readonly string[]>([]);
  readonly active = new Observable<string | undefined>(undefined);
  /** The files that were on top in this visit, the last one first. */
  readonly recent = new Observable<readonly string[]>([]);
  /** The newest wish to be somewhere; whoever shows that file fulfils it once. */
  readonly target = new Observable<Target | undefined>(undefined);
  readonly #room: string;

  constructor(room: string) {
    this.#room = room;
  }

  /** The tabs of the last visit, as far as the files still stand in the tree. */
  restore(living: (file: string) => boolean): void {
    const [active, ...files] = (remembered.openFiles(this.#room) ?? "").split(" ").filter(living);
    if (!active) return;
    this.files.set([...new Set(files)]);
    this.open(active, { focus: false });
  }

  open(file: string, { focus = true, atEnd = false, ...where }: Partial<Omit<Target, "file">> = {}): void {
    if (!this.files.get().includes(file)) this.files.set([...this.files.get(), file]);
    this.#top(file);
    this.target.set({ file, ...where, focus, atEnd });
    this.#remember();
  }

  close(file: string): void {
    const files = this.files.get();
    const left = files.filter((open) => open !== file);
    this.files.set(left);
    if (this.active.get() === file) this.#top(left[Math.min(files.indexOf(file), left.length - 1)]);
    this.#remember();
  }

  show(file: string | undefined): void {
    this.#top(file);
    this.#remember();
  }

  #top(file: string | undefined): void {
    this.active.set(file);
    if (file === undefined) return;
    this.recent.set([file, ...this.recent.get().filter((other) => other !== file)].slice(0, mostRecent));
  }

  #remember(): void {
    remembered.rememberOpenFiles(this.#room, [this.active.get() ?? "", ...this.files.get()].join(" ").trim());
  }
}
