import { Observable } from "@coterie/core";
import { isOver } from "../isOver.ts";
import type { ShownRun } from "../ShownRun.ts";
import type { Problem } from "./Problem.ts";
import { ProblemReader } from "./ProblemReader.ts";
import type { RunFiles } from "./RunFiles.ts";

/** What one run complains of so far. */
export interface ReadRun {
  readonly files: RunFiles;
  readonly problems: Observable<readonly Problem[]>;
}

/**
 * The problems of the runs that have a tab.
 *
 * Always: of the runs of one program only those of the newest are marked, and those of an older one never again.
 */
export class RunProblems {
  /** What is marked in the room's files. */
  readonly marked = new Observable<readonly Problem[]>([]);
  readonly #runs = new Map<ShownRun, ReadRun & { readonly end: () => void }>();
  /** By the path of the file that it began with. */
  readonly #newest = new Map<string, ShownRun>();

  of(live: ShownRun): ReadRun | undefined {
    return this.#runs.get(live);
  }

  /** @param files what the room's files are called at its beginning */
  follow(live: ShownRun, entry: string, files: RunFiles): void {
    if (this.#runs.has(live)) return;
    const reader = new ProblemReader(files);
    const problems = new Observable<readonly Problem[]>([]);
    const take = () => {
      if (reader.problems === problems.get()) return;
      problems.set(reader.problems);
      this.#mark();
    };
    const stop = live.read((said) => {
      reader.read(said);
      take();
    });
    const look = () => {
      if (!isOver(live)) return;
      reader.end();
      take();
    };
    const ignore = live.state.subscribe(look);
    const end = () => {
      stop();
      ignore();
    };
    this.#runs.set(live, { files, problems, end });
    this.#newest.set(entry, live);
    look();
    this.#mark();
  }

  forget(live: ShownRun): void {
    this.#runs.get(live)?.end();
    for (const [entry, newest] of this.#newest) if (newest === live) this.#newest.delete(entry);
    if (this.#runs.delete(live)) this.#mark();
  }

  #mark(): void {
    const all = [...this.#newest.values()].flatMap((live) => this.#runs.get(live)?.problems.get() ?? []);
    if (all.length > 0 || this.marked.get().length > 0) this.marked.set(all);
  }
}
