import { type LiveRun, Observable, type Program, type Room, type TreeNode } from "@coterie/core";
import { remembered } from "../../app/remembered.ts";
import { words } from "../../app/toast.ts";
import type { Desk } from "../Desk.ts";
import { type Gathered, gather } from "./gather.ts";
import { isOver } from "./isOver.ts";
import { RunProblems } from "./problems/RunProblems.ts";
import { isProgram } from "./programs.ts";
import { languagesOf, type RunLanguage, type RunSite, runSite } from "./RunSite.ts";
import { endingOf, formIn, type RunForm } from "./runForm.ts";
import { splitWords } from "./splitWords.ts";

/** More tabs than these are not kept: the oldest whose program has ended goes. */
const mostTabs = 10;
const encoder = new TextEncoder();

/** What a person is asked before the first run in a room: whether this may be read by the server. */
export interface Asking {
  readonly gathered: Gathered;
  readonly server: string;
  readonly answer: (yes: boolean, forGood: boolean) => void;
}

/**
 * The panel of programs: whether it stands, whose runs it shows, and how the next one begins.
 *
 * Always: nothing is asked of the server before somebody wants to run something or opens the panel; one program is being begun at a time.
 */
export class RunDesk {
  readonly open = new Observable(false);
  /** The runs that have a tab. */
  readonly tabs = new Observable<readonly LiveRun[]>([]);
  readonly front = new Observable<LiveRun | undefined>(undefined);
  readonly form: Observable<RunForm>;
  /** Whether the form stands beside the terminal. */
  readonly asksForm = new Observable(false);
  readonly site = new Observable<RunSite | undefined>(undefined);
  /** Why nothing runs, for a person. */
  readonly problem = new Observable<string | undefined>(undefined);
  readonly asking = new Observable<Asking | undefined>(undefined);
  readonly beginning = new Observable(false);
  /** Whose terminal is to have the keyboard; whoever shows it fulfils that once. */
  readonly focused = new Observable<LiveRun | undefined>(undefined);
  readonly problems = new RunProblems();
  /** Letters across and lines down, as the last terminal had them. */
  size = { columns: 80, rows: 24 };
  readonly #room: Room;
  readonly #desk: Desk;
  readonly #id: string;
  /** Whether it was agreed to in this visit. */
  #agreedOnce = false;
  /** What this page ran last: the program, and all files that went along. */
  #last: { readonly entry: string; readonly files: ReadonlySet<string> } | undefined;
  #abort = new AbortController();

  constructor(room: Room, desk: Desk) {
    this.#room = room;
    this.#desk = desk;
    this.#id = room.view.get().id;
    this.form = new Observable(formIn(remembered.runs(this.#id)));
  }

  /** Shows the panel, or puts it away: what runs goes on. */
  toggle(): void {
    this.open.set(!this.open.get());
    if (!this.open.get()) return;
    void this.ask();
    if (this.front.get() === undefined) this.asksForm.set(true);
    else this.#focus();
  }

  change(part: Partial<RunForm>): void {
    this.form.set({ ...this.form.get(), ...part });
    remembered.rememberRuns(this.#id, JSON.stringify(this.form.get()));
  }

  /** Learns what the server runs. */
  async ask(): Promise<RunSite | undefined> {
    try {
      const site = await runSite();
      this.site.set(site);
      return site;
    } catch (error) {
      this.problem.set(words(error));
      return undefined;
    }
  }

  /** The program that would run now: the file in front; where that is none, the one that was chosen or run last. */
  get entry(): TreeNode | undefined {
    const programs = this.programs();
    const of = (id: string | undefined) => programs.find((node) => node.id === id);
    return of(this.#desk.active.get()) ?? of(this.form.get().entry) ?? programs[0];
  }

  programs(): readonly TreeNode[] {
    return this.#room.tree.view.get().filter(({ kind, name }) => kind === "file" && isProgram(name));
  }

  languageOf(site: RunSite, node: TreeNode): RunLanguage | undefined {
    const all = languagesOf(site, node.name);
    const chosen = this.form.get().languages[endingOf(node.name)];
    return all.find(({ id }) => id === chosen) ?? all.find(({ installed }) => installed) ?? all[0];
  }

  /**
   * Runs a program: what of it runs already is stopped. Without a terminal its input is asked for first.
   * @param how now: its input stands there already; stays: the keyboard stays where it is
   */
  async run(entry = this.entry, { now = false, stays = false } = {}): Promise<void> {
    if (this.beginning.get()) return;
    this.open.set(true);
    this.problem.set(undefined);
    if (entry === undefined) {
      this.asksForm.set(true);
      this.problem.set("There is no program in this room yet: open one, or make a file such as main.py.");
      return;
    }
    this.change({ entry: entry.id });
    const { direct } = this.form.get();
    if (!direct && !now && !this.asksForm.get()) {
      this.asksForm.set(true);
      void this.ask();
      return;
    }
    this.beginning.set(true);
    this.#abort = new AbortController();
    try {
      await this.#begin(entry, stays);
    } catch (error) {
      if (!this.#abort.signal.aborted) this.problem.set(words(error));
    } finally {
      this.beginning.set(false);
    }
  }

  /** What runs again where this file is saved, if anything does. */
  againOnSave(file: string): (() => void) | undefined {
    if (!this.form.get().onSave || !this.#last?.files.has(file)) return undefined;
    const entry = this.programs().find(({ id }) => id === this.#last?.entry);
    return entry && (() => void this.run(entry, { now: true, stays: true }));
  }

  /** Shows a run of the log in a tab. */
  watch(id: string): void {
    this.open.set(true);
    try {
      const live = this.#room.runs.watch(id);
      this.#show(live, this.#entryOf(live) ?? id);
    } catch (error) {
      this.problem.set(words(error));
    }
  }

  /** The same program again, as it stands now. */
  again(live: LiveRun): void {
    const path = this.#entryOf(live);
    const entry = this.programs().find((node) => node.path === path);
    if (entry) void this.run(entry, { now: true });
    else this.problem.set(`${path ?? "The program"} is not in the room any more.`);
  }

  /** @param live its tab goes; where it runs on and was begun here it is stopped */
  close(live: LiveRun): void {
    if (live.started) live.stop();
    this.problems.forget(live);
    const tabs = this.tabs.get();
    const at = tabs.indexOf(live);
    const left = tabs.filter((tab) => tab !== live);
    this.tabs.set(left);
    if (this.front.get() === live) {
      this.front.set(left[Math.min(at, left.length - 1)]);
      this.#focus();
    }
    if (left.length === 0) this.asksForm.set(true);
    if (!live.started || isOver(live)) {
      this.#room.runs.leave(live.id);
      return;
    }
    const end = live.state.subscribe(() => {
      if (!isOver(live)) return; // its receipt is written at its end
      end();
      this.#room.runs.leave(live.id);
    });
  }

  bring(live: LiveRun): void {
    this.front.set(live);
    this.#focus();
  }

  end(): void {
    this.#abort.abort();
    this.asking.get()?.answer(false, false);
  }

  async #begin(entry: TreeNode, stays: boolean): Promise<void> {
    const { runs } = this.#room;
    const refusal = runs.refusal;
    if (refusal !== undefined) throw new Error(refusal);
    const site = await this.ask();
    if (site === undefined) return;
    if (site.problem !== undefined) throw new Error(site.problem);
    const language = this.languageOf(site, entry);
    if (language === undefined) throw new Error(`This server runs no program like ${entry.shownName}.`);
    if (!language.installed)
      throw new Error(
        `${language.name} is not installed on this server. Whoever runs it installs it so: ${language.install ?? "see coterie languages"}`,
      );
    this.#stopOthersOf(entry.path);
    const gathered = await gather(this.#room, entry, this.#abort.signal);
    if (!(await this.#agreed(gathered))) return;
    const paths = new Set(gathered.files.map(({ path }) => path));
    const along = this.#room.tree.view.get().filter(({ path }) => paths.has(path));
    this.#last = { entry: entry.id, files: new Set(along.map(({ id }) => id)) };
    this.#show(await runs.start(this.#program(entry, language, gathered)), entry.path, stays);
  }

  #program({ path }: TreeNode, language: RunLanguage, { files }: Gathered): Program {
    const { direct, input, arguments: line } = this.form.get();
    return {
      language: language.id,
      entry: path,
      terminal: direct ? this.size : undefined,
      arguments: language.arguments ? splitWords(line) : [],
      input: encoder.encode(direct ? "" : input),
      files,
    };
  }

  #stopOthersOf(path: string): void {
    const mine = new Set(this.#room.runs.view.get().flatMap((run) => (run.mine && run.entry === path ? [run.id] : [])));
    for (const live of this.tabs.get()) if (live.started && mine.has(live.id)) live.stop();
  }

  #agreed(gathered: Gathered): Promise<boolean> {
    if (this.form.get().agreed || this.#agreedOnce) return Promise.resolve(true);
    return new Promise((resolve) => {
      const answer = (yes: boolean, forGood: boolean) => {
        this.asking.set(undefined);
        if (yes && forGood) this.change({ agreed: true });
        if (yes) this.#agreedOnce = true;
        resolve(yes);
      };
      this.asking.set({ gathered, server: this.#room.runs.server, answer });
    });
  }

  #entryOf({ id }: LiveRun): string | undefined {
    return this.#room.runs.view.get().find((run) => run.id === id)?.entry;
  }

  #show(live: LiveRun, entry: string, stays = false): void {
    this.problems.follow(live, entry, this.#room.tree.view.get());
    const others = this.tabs.get().filter((tab) => tab !== live);
    const over = others.filter(isOver);
    if (others.length >= mostTabs && over[0]) this.close(over[0]);
    if (!this.tabs.get().includes(live)) this.tabs.set([...this.tabs.get(), live]);
    if (this.form.get().direct || !live.started) this.asksForm.set(false);
    if (stays) this.front.set(live);
    else this.bring(live);
  }

  #focus(): void {
    this.focused.set(this.front.get());
  }
}
