import { type LiveRun, Observable, type Program, type Room, type TreeNode } from "@coterie/core";
import type { RunReceipt } from "@coterie/core/rooms/Payloads/RunReceipt.ts";
import { copyText } from "../../app/copyText.ts";
import { isNarrow } from "../../app/narrow.ts";
import { remembered } from "../../app/remembered.ts";
import { words } from "../../app/toast.ts";
import { legible } from "../bring/plan.ts";
import type { Desk } from "../Desk.ts";
import type { Download } from "../zip/Download.ts";
import type { Answer, Asking } from "./Asking.ts";
import { type Gathered, gather } from "./gather.ts";
import { isOver } from "./isOver.ts";
import { mayRun } from "./mayRun.ts";
import { onlineGdbPage, openApart, textOf } from "./onlinegdb/onlineGdb.ts";
import { downloadPackage } from "./package/downloadPackage.ts";
import { type Pipeline, type PipelineWords, pipelines, pipelineWords } from "./pipelines/Pipeline.ts";
import { RunChoices } from "./pipelines/RunChoices.ts";
import { RunFiles } from "./problems/RunFiles.ts";
import { RunProblems } from "./problems/RunProblems.ts";
import { isProgram } from "./programs.ts";
import { languagesOf, type RunLanguage, type RunSite, runSite } from "./RunSite.ts";
import { RunSize } from "./RunSize.ts";
import { endingOf, formIn, type Given, givenTo, type RunForm, withGiven } from "./runForm.ts";
import type { ShownRun } from "./ShownRun.ts";
import { splitWords } from "./splitWords.ts";
import { filesThere, packed } from "./wandbox/packed.ts";
import { RemoteRun } from "./wandbox/RemoteRun.ts";
import { Wandboxes } from "./wandbox/Wandboxes.ts";

/** More tabs than these are not kept: the oldest whose program has ended goes. */
const mostTabs = 10;
/** A program that begins within so long needs no word. */
const longMs = 200;
const encoder = new TextEncoder();

/** Why nothing runs, for a person, and by what else the program could be. */
export interface Refused {
  readonly text: string;
  readonly entry?: TreeNode;
  readonly others: readonly Pipeline[];
}

/** A place in the row of tabs: a program that is run again takes that of its run before, which may then have another. */
export interface RunTab {
  readonly key: string;
  readonly live: ShownRun;
  /** The path of its program, which the room's log may forget. */
  readonly entry: string;
}

/** What is asked, without where the answer goes. */
type Unanswered = Asking extends infer Each ? (Each extends Asking ? Omit<Each, "answer"> : never) : never;

/** What is run once more, to compare. */
interface Repeated {
  readonly id: string;
  readonly receipt: RunReceipt;
}

interface How {
  readonly now?: boolean;
  readonly stays?: boolean;
  readonly by?: Pipeline | undefined;
  readonly as?: Repeated;
}

/** The way that was chosen is not to be had. */
class NotToBeHad extends Error {}

/**
 * The panel of programs: whether it stands, whose runs it shows, by what the next one runs, and how it begins.
 *
 * Always: nothing is asked of the server before somebody wants to run something or opens the panel, and nothing of anybody else before they
 * agreed to that; one program is being begun at a time.
 */
export class RunDesk {
  readonly open = new Observable(false);
  readonly tabs = new Observable<readonly RunTab[]>([]);
  readonly front = new Observable<ShownRun | undefined>(undefined);
  readonly form: Observable<RunForm>;
  /** Whether the form stands beside the terminal. */
  readonly asksForm = new Observable(false);
  readonly site = new Observable<RunSite | undefined>(undefined);
  readonly problem = new Observable<Refused | undefined>(undefined);
  readonly asking = new Observable<Asking | undefined>(undefined);
  /** Whether one is being begun, and that takes so long that it is worth a word. */
  readonly beginning = new Observable(false);
  /** Whose terminal is to have the keyboard; whoever shows it fulfils that once. */
  readonly focused = new Observable<ShownRun | undefined>(undefined);
  readonly problems = new RunProblems();
  readonly choices = new RunChoices();
  readonly wandboxes = new Wandboxes(this.choices);
  readonly size = new RunSize();
  readonly #room: Room;
  readonly #desk: Desk;
  readonly #download: Download;
  readonly #id: string;
  /** To what was agreed in this visit: to this server, or a Wandbox, by its address. */
  readonly #agreedOnce = new Set<string>();
  /** What this page ran last: the program, by what, and all files that went along. */
  #last: { readonly entry: string; readonly by: Pipeline; readonly files: ReadonlySet<string> } | undefined;
  readonly #repeated = new WeakMap<ShownRun, string>();
  #abort = new AbortController();
  #begins = false;
  #tabsMade = 0;

  constructor(room: Room, desk: Desk, download: Download) {
    this.#room = room;
    this.#desk = desk;
    this.#download = download;
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

  give({ id }: TreeNode, part: Partial<Given>): void {
    this.change({ given: withGiven(this.form.get(), id, part) });
  }

  /** Learns what the server runs. */
  async ask(): Promise<RunSite | undefined> {
    try {
      const site = await runSite();
      this.site.set(site);
      return site;
    } catch (error) {
      this.#refuse(words(error));
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

  /** By what a program runs: as was chosen; else on this server, and where that is known to run none at all, from a package. */
  pipelineOf({ name }: TreeNode): Pipeline {
    return this.choices.pipelineOf(name) ?? (this.site.get()?.problem === undefined ? "server" : "package");
  }

  wordsOf(pipeline: Pipeline, { shownName }: TreeNode): PipelineWords {
    return pipelineWords(pipeline, shownName, this.wandboxes.site);
  }

  /** Why a program cannot be run so, for a person; undefined where it can, as far as is known. */
  refusalOf(pipeline: Pipeline, node: TreeNode): string | undefined {
    switch (pipeline) {
      case "server":
        return this.#refusalHere(node);
      case "wandbox":
        return this.wandboxes.refusalOf(node.name);
      case "package":
      case "onlinegdb":
        return undefined;
    }
  }

  /** Whether this person agreed that a Wandbox may be asked in this room. */
  mayAsk(site: string): boolean {
    return this.#agreedOnce.has(site) || this.form.get().agreedSites.includes(site);
  }

  /** Learns the compilers of the Wandbox that was chosen, where that was agreed to. */
  async askWandbox(): Promise<void> {
    const { site } = this.wandboxes;
    if (site === undefined || !this.mayAsk(site)) return;
    await this.wandboxes.ask(site, this.#abort.signal).catch((error: unknown) => this.#refuse(words(error)));
  }

  /**
   * Runs a program: what of it runs already is stopped. Without a terminal its input is asked for first.
   * @param how now: its input stands there already; stays: the keyboard stays where it is; by: not as it was chosen; as: what is repeated
   */
  async run(entry = this.entry, { now = false, stays = false, by, as }: How = {}): Promise<void> {
    if (this.#begins) return;
    this.problem.set(undefined);
    if (entry === undefined) {
      this.asksForm.set(true);
      this.#refuse("There is no program in this room yet: open one, or make a file such as main.py.");
      return;
    }
    const chosen = by ?? this.choices.pipelineOf(entry.name);
    if (chosen === undefined && this.site.get()?.problem !== undefined) await this.ask(); // what was wrong may be mended
    if (this.#begins) return;
    const pipeline = chosen ?? this.pipelineOf(entry);
    this.change({ entry: entry.id });
    if (pipeline === "server" || pipeline === "wandbox") this.open.set(true);
    if (pipeline === "server" && !this.form.get().direct && !now && !this.asksForm.get()) {
      this.asksForm.set(true);
      void this.ask();
      return;
    }
    this.#begins = true;
    const long = setTimeout(() => this.beginning.set(true), longMs);
    this.#abort = new AbortController();
    try {
      await (as ? this.#beginHere(entry, stays, as) : this.#begin(entry, pipeline, stays));
    } catch (error) {
      if (!this.#abort.signal.aborted)
        this.#refuse(words(error), error instanceof NotToBeHad ? { entry, pipeline } : undefined);
    } finally {
      clearTimeout(long);
      this.#begins = false;
      this.beginning.set(false);
    }
  }

  /** Runs once more what a receipt tells of, as its files stand now, in a tab beside it: with its language, words and way, and its files alone. */
  async repeat({ id }: LiveRun): Promise<void> {
    const receipt = this.#room.runs.receiptOf(id);
    const entry = this.programs().find(({ path }) => path === receipt?.entry);
    if (receipt && entry) await this.run(entry, { now: true, by: "server", as: { id, receipt } });
    else this.#refuse(`${legible(receipt?.entry ?? "The program")} is not in the room any more.`);
  }

  /** The run that this one repeats, to compare. */
  repeatedBy(live: ShownRun): string | undefined {
    return this.#repeated.get(live);
  }

  /** What runs again where this file is saved, if anything does. */
  againOnSave(file: string): (() => void) | undefined {
    const last = this.#last;
    if (!this.form.get().onSave || !last?.files.has(file)) return undefined;
    const entry = this.programs().find(({ id }) => id === last.entry);
    return entry && (() => void this.run(entry, { now: true, stays: true, by: last.by }));
  }

  /** Shows a run of the log in a tab. */
  watch(id: string): void {
    this.open.set(true);
    try {
      const live = this.#room.runs.watch(id);
      this.#show(live, this.#entryOf(live) ?? id, new RunFiles(this.#room.tree.view.get()));
    } catch (error) {
      this.#refuse(words(error));
    }
  }

  /** The same program again, as it stands now. */
  again(live: ShownRun): void {
    const path = this.#entryOf(live);
    const entry = this.programs().find((node) => node.path === path);
    if (entry) void this.run(entry, { now: true, by: live instanceof RemoteRun ? "wandbox" : "server" });
    else this.#refuse(`${legible(path ?? "The program")} is not in the room any more.`);
  }

  /** @param live its tab goes; where it runs on and was begun here it is stopped */
  close(live: ShownRun): void {
    if (live.started) live.stop();
    const tabs = this.tabs.get();
    const at = tabs.findIndex((tab) => tab.live === live);
    const left = tabs.filter((tab) => tab.live !== live);
    this.tabs.set(left);
    if (this.front.get() === live) {
      this.front.set(left[Math.min(at, left.length - 1)]?.live);
      this.#focus();
    }
    if (left.length === 0) this.asksForm.set(true);
    this.#leave(live);
  }

  /** Of what has no tab any more. */
  #leave(live: ShownRun): void {
    this.problems.forget(live);
    if (!(live instanceof RemoteRun)) this.#room.runs.leave(live.id);
  }

  bring(live: ShownRun): void {
    this.front.set(live);
    this.#focus();
  }

  end(): void {
    this.#abort.abort();
    this.asking.get()?.answer(false);
    for (const { live } of this.tabs.get()) if (live instanceof RemoteRun) live.stop();
  }

  #begin(entry: TreeNode, pipeline: Pipeline, stays: boolean): Promise<void> {
    switch (pipeline) {
      case "server":
        return this.#beginHere(entry, stays);
      case "wandbox":
        return this.#beginAtWandbox(entry, stays);
      case "package":
        return downloadPackage({ room: this.#room, runs: this, download: this.#download }, entry);
      case "onlinegdb":
        return this.#openInOnlineGdb(entry);
    }
  }

  async #beginHere(entry: TreeNode, stays: boolean, as?: Repeated): Promise<void> {
    const { runs } = this.#room;
    if (runs.refusal !== undefined) throw new NotToBeHad(runs.refusal);
    const site = await this.ask();
    if (site === undefined) return;
    const language = as ? site.languages.find(({ id }) => id === as.receipt.language) : this.languageOf(site, entry);
    const refusal = this.#refusalOf(site, entry, language);
    if (refusal !== undefined || language === undefined) throw new NotToBeHad(refusal);
    if (!as) this.#stopOthersOf(entry.path);
    const only = as && new Set(as.receipt.files.map(({ path }) => path));
    const gathered = await gather(this.#room, entry, this.#abort.signal, only);
    const server = this.#room.runs.server;
    const known = this.form.get().agreed || this.#agreedOnce.has(server);
    const agree = () => this.#ask(server, { of: "server", gathered, server }, { agreed: true });
    if (!known && !(await agree())) return;
    this.#went(entry, "server", new Set(gathered.files.map(({ path }) => path)));
    const live = await runs.start(await this.#program(entry, language, gathered, as?.receipt));
    if (as) this.#repeated.set(live, as.id);
    this.#show(live, entry.path, new RunFiles(this.#room.tree.view.get()), { stays });
  }

  #refusalHere(node: TreeNode): string | undefined {
    const site = this.site.get();
    return site ? this.#refusalOf(site, node, this.languageOf(site, node)) : this.#room.runs.refusal;
  }

  #refusalOf(site: RunSite, node: TreeNode, language: RunLanguage | undefined): string | undefined {
    const refusal = this.#room.runs.refusal ?? site.problem;
    if (refusal !== undefined) return refusal;
    if (language === undefined) return `This server runs no program like ${node.shownName}.`;
    return language.installed
      ? undefined
      : `${language.name} is not installed on this server. Whoever runs it installs it so: ${language.install ?? "see coterie languages"}`;
  }

  async #beginAtWandbox(entry: TreeNode, stays: boolean): Promise<void> {
    const { site } = this.wandboxes;
    const { signal } = this.#abort;
    const nodes = this.#room.tree.view.get();
    const { agreedSites } = this.form.get();
    const { input, arguments: line } = givenTo(this.form.get(), entry.id);
    const refuse = () => {
      const refusal = this.wandboxes.refusalOf(entry.name);
      if (refusal !== undefined) throw new NotToBeHad(refusal);
    };
    refuse();
    const gathered = await gather(this.#room, entry, signal);
    const all = nodes.filter(({ kind }) => kind !== "folder").length;
    const { paths, ...sent } = packed(gathered, entry, all, encoder.encode(input).length);
    const about: Unanswered = { of: "wandbox", site: site!, packed: { paths, ...sent } };
    if (!this.mayAsk(site!) && !(await this.#ask(site!, about, { agreedSites: [...agreedSites, site!] }))) return;
    await this.wandboxes.ask(site!, signal);
    if (this.wandboxes.site !== site) throw new Error("Another Wandbox was chosen meanwhile. Run it again.");
    refuse();
    const compiler = this.wandboxes.compilerOf(entry.name)!;
    const options = compiler.takesOptions ? splitWords(this.choices.optionsOf(entry.name)) : [];
    this.#stopOthersOf(entry.path);
    this.#went(entry, "wandbox", new Set(paths));
    const job = { compiler, ...sent, input, options, arguments: compiler.takesArguments ? splitWords(line) : [] };
    const live = new RemoteRun(site!, entry.path, job);
    this.#show(live, entry.path, filesThere(nodes, entry.path, compiler), { stays });
  }

  async #openInOnlineGdb(entry: TreeNode): Promise<void> {
    const page = onlineGdbPage(entry.name);
    const text = await textOf(this.#room, entry, this.#abort.signal);
    const about: Unanswered = { of: "onlinegdb", page, name: entry.name };
    if (!this.choices.view.get().knowsOnlineGdb && !(await this.#ask(page, about))) return;
    this.choices.change({ knowsOnlineGdb: true });
    await copyText(text, `${entry.shownName} is copied: paste it in the tab of onlinegdb.com, another company's page.`);
    openApart(page);
  }

  async #program(
    { id, path }: TreeNode,
    language: RunLanguage,
    { files }: Gathered,
    as?: RunReceipt,
  ): Promise<Program> {
    const { input, arguments: line } = givenTo(this.form.get(), id);
    const terminal = as?.terminal ?? this.form.get().direct;
    return {
      language: language.id,
      entry: path,
      terminal: terminal ? await this.size.known() : undefined,
      arguments: as?.arguments ?? (language.arguments ? splitWords(line) : []),
      input: encoder.encode(terminal ? "" : input),
      files,
    };
  }

  #went({ id }: TreeNode, by: Pipeline, paths: ReadonlySet<string>): void {
    const along = this.#room.tree.view.get().filter(({ path }) => paths.has(path));
    this.#last = { entry: id, by, files: new Set(along.map((node) => node.id)) };
  }

  #stopOthersOf(path: string): void {
    const mine = new Set(this.#room.runs.view.get().flatMap((run) => (run.mine && run.entry === path ? [run.id] : [])));
    for (const { live } of this.tabs.get()) {
      const isOf = live instanceof RemoteRun ? live.entry === path : mine.has(live.id);
      if (isOf) live.stop();
    }
    const followed = new Set(this.tabs.get().map(({ live }) => live.id as string));
    for (const run of this.#room.runs.view.get()) // begun by a page that was closed, or loaded anew
      if (mine.has(run.id) && !followed.has(run.id) && mayRun(run, this.#room.view.get())) this.#room.runs.stop(run.id);
  }

  /** @param forGood what is remembered of a yes that need not be said again */
  #ask(whom: string, about: Unanswered, forGood: Partial<RunForm> = {}): Promise<boolean> {
    return new Promise((resolve) => {
      const answer: Answer = (yes, always = false) => {
        this.asking.set(undefined);
        if (yes && always) this.change(forGood);
        if (yes) this.#agreedOnce.add(whom);
        resolve(yes);
      };
      this.asking.set({ ...about, answer });
    });
  }

  /** @param tried what was not to be had: then the others that might be are offered */
  #refuse(text: string, tried?: { readonly entry: TreeNode; readonly pipeline: Pipeline }): void {
    this.open.set(true);
    if (tried === undefined) {
      this.problem.set({ text, others: [] });
      return;
    }
    const { entry, pipeline } = tried;
    const others = pipelines.filter((each) => each !== pipeline && this.refusalOf(each, entry) === undefined);
    this.problem.set({ text, entry, others });
  }

  #entryOf(live: ShownRun): string | undefined {
    if (live instanceof RemoteRun) return live.entry;
    const tab = this.tabs.get().find((each) => each.live === live);
    return tab?.entry ?? this.#room.runs.view.get().find((run) => run.id === live.id)?.entry;
  }

  /** @param begun of one that was begun just now; stays: the keyboard stays where it is */
  #show(live: ShownRun, entry: string, files: RunFiles, begun?: { readonly stays: boolean }): void {
    this.problems.follow(live, entry, files);
    this.#place(live, entry, begun && !this.#repeated.has(live) ? this.#tabOf(entry) : undefined);
    const needsNoForm = live instanceof RemoteRun ? isNarrow() : this.form.get().direct || !live.started;
    if (needsNoForm) this.asksForm.set(false);
    if (begun?.stays) this.front.set(live);
    else this.bring(live);
  }

  /** That of a program which was run here before: the one in front, where there are several. */
  #tabOf(entry: string): RunTab | undefined {
    const mine = (live: ShownRun) => live.started || this.#room.runs.view.get().find(({ id }) => id === live.id)?.mine;
    const all = this.tabs.get().filter(({ live }) => mine(live) && this.#entryOf(live) === entry);
    return all.find(({ live }) => live === this.front.get()) ?? all[0];
  }

  /** Gives it a tab: its own, that of the run before it, or a new one. */
  #place(live: ShownRun, entry: string, before: RunTab | undefined): void {
    const tabs = this.tabs.get();
    if (tabs.some((tab) => tab.live === live)) return;
    if (before) {
      this.tabs.set(tabs.map((tab) => (tab === before ? { ...tab, live } : tab)));
      this.#leave(before.live);
      return;
    }
    const over = tabs.find((tab) => isOver(tab.live));
    if (tabs.length >= mostTabs && over) this.close(over.live);
    this.tabs.set([...this.tabs.get(), { key: `${++this.#tabsMade}`, live, entry }]);
  }

  #focus(): void {
    this.focused.set(this.front.get());
  }
}
