import { Observable, type Room, type TreeNode } from "@coterie/core";
import { pathFilter } from "./globs.ts";
import { compile, type Hit, type Query } from "./query.ts";
import { type Reading, RoomTexts } from "./RoomTexts.ts";
import { type Replaced, replaceIn } from "./replaceIn.ts";
import { SearchWorker } from "./SearchWorker.ts";
import type { Found, Most } from "./search.worker.ts";

/** Everything that stands in the boxes. */
export interface Wish extends Query {
  readonly include: string;
  readonly exclude: string;
}

export interface FileHits extends Found {
  readonly path: string;
}

export interface Results {
  readonly files: readonly FileHits[];
  readonly count: number;
  /** There are more places than are shown. */
  readonly cut: boolean;
  readonly state: "nothing" | "searching" | "done";
  /** Why nothing, or not all, was searched, for a person. */
  readonly problem: string | undefined;
  /** Whether it may be none when the same is looked for once more. */
  readonly passes: boolean;
}

export const most: Most = { ofFile: 1_000, ofAll: 20_000, first: 100 };

const inOrder = new Intl.Collator();

/** After the last key, and after the last change of a text. */
const typedMs = 80;
const changedMs = 400;
/** Texts that nobody searched through for so long are forgotten. */
const forgottenMs = 5 * 60_000;

const noWish: Wish = {
  ...{ text: "", regex: false, matchCase: false, wholeWord: false, replacement: undefined },
  ...{ include: "", exclude: "" },
};
const nothing: Results = { files: [], count: 0, cut: false, state: "nothing", problem: undefined, passes: false };

/**
 * A search through all texts of the room, and what it found: kept true while they change.
 *
 * Always: `results` are of the newest wish, or of the one before until something of the newest is known; a place that was set aside
 * stays so until something else is looked for; texts are read at the first search and known until none was made for a while.
 */
export class Search {
  readonly wish = new Observable<Wish>(noWish);
  readonly results = new Observable<Results>(nothing);
  readonly reading = new Observable<Reading | undefined>(undefined);
  /** Grows each time somebody asks for the box; then it has the keyboard. */
  readonly asked = new Observable(0);
  /** While places are being replaced. */
  readonly replacing = new Observable(false);
  readonly #room: Room;
  readonly #worker = new SearchWorker();
  #texts: RoomTexts | undefined;
  #aside = new Set<string>();
  #byPath: { readonly tree: readonly TreeNode[]; readonly texts: readonly TreeNode[] } | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #forget: ReturnType<typeof setTimeout> | undefined;
  #running = false;
  #stale = false;
  /** The wish whose places are shown whole: while these are looked for again, they stay until that is done, and can be replaced. */
  #shown: Wish | undefined;
  /** The wish that was given up: a change of some text is no reason to try it again. */
  #given: Wish | undefined;

  constructor(room: Room) {
    this.#room = room;
  }

  /** @param found what one has selected: it is looked for */
  ask(found: string | undefined, replaces: boolean): void {
    const { replacement } = this.wish.get();
    this.look({
      ...(found && { text: found, regex: false }),
      ...(replaces && { replacement: replacement ?? "" }),
    });
    this.asked.set(this.asked.get() + 1);
  }

  look(wish: Partial<Wish>): void {
    const before = this.wish.get();
    const next = { ...before, ...wish };
    if (Object.keys(next).every((key) => next[key as keyof Wish] === before[key as keyof Wish])) return;
    this.wish.set(next);
    if (next.replacement === before.replacement) {
      this.#aside = new Set();
      if (next.text !== "") this.results.set({ ...this.results.get(), state: "searching" });
    }
    this.#soon(typedMs, true);
  }

  /** Looks for the same once more. */
  again(): void {
    this.#given = undefined;
    this.#run();
  }

  /** Leaves a place out, or all of a file: it is not shown and not replaced. */
  setAside(id: string, hit?: Hit): void {
    const file = this.results.get().files.find((each) => each.id === id);
    for (const each of hit ? [hit] : (file?.hits ?? [])) this.#aside.add(nameOf(id, each));
    this.#show(this.results.get().files, this.results.get());
  }

  /** Replaces these places, or all. @returns what was done, with the way back */
  async replace(id?: string, hit?: Hit): Promise<Replaced> {
    const files = this.results.get().files.filter((file) => id === undefined || file.id === id);
    const chosen = files.map((file) => ({ ...file, hits: hit ? [hit] : file.hits }));
    this.replacing.set(true);
    try {
      return await replaceIn(this.#room, chosen, this.wish.get());
    } finally {
      this.replacing.set(false);
    }
  }

  close(): void {
    clearTimeout(this.#timer);
    clearTimeout(this.#forget);
    this.#texts?.close();
    this.#texts = undefined;
    this.#worker.close();
  }

  #soon(ms: number, anew: boolean): void {
    if (anew) clearTimeout(this.#timer);
    else if (this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (this.#running && !anew) this.#stale = true;
      else this.#run();
    }, ms);
  }

  #run(): void {
    const wish = this.wish.get();
    this.#worker.stop();
    [this.#running, this.#stale] = [false, false];
    if (wish.text === "") {
      this.results.set(nothing);
      return;
    }
    const expression = compile(wish);
    if (typeof expression === "string") {
      this.results.set({ ...nothing, problem: expression });
      return;
    }
    this.#read();
    this.#running = true;
    const wanted = pathFilter(wish.include, wish.exclude);
    const nodes = this.#sorted().filter(({ path }) => wanted(path));
    const paths = new Map(nodes.map(({ id, path }) => [id, path]));
    const files: FileHits[] = [];
    const show = (state: Results["state"], cut: boolean, problem?: string, passes = false) =>
      this.#show(files, { state, cut, problem, passes });
    this.#worker.search(wish, [...paths.keys()], most, {
      found: (found) => {
        for (const file of found) files.push({ ...file, path: paths.get(file.id)! });
        if (!sameBut(this.#shown, wish)) show("searching", false);
      },
      done: (cut) => {
        this.#running = false;
        this.#shown = wish;
        show("done", cut);
        if (this.#stale) this.#soon(changedMs, false);
      },
      broken: () => {
        this.#running = false;
        this.#given = wish;
        show("done", false, "The search could not be loaded. Try again when the server can be reached.", true);
      },
      stuck: (id) => {
        this.#running = false;
        this.#given = wish;
        const at = id === undefined ? "" : ` in ${paths.get(id)} or behind it`;
        show("done", false, `This expression takes too long${at}. Make it simpler.`);
      },
    });
  }

  #show(files: readonly FileHits[], { state, cut, problem, passes }: Omit<Results, "files" | "count">): void {
    const left = this.#aside.size === 0 ? [...files] : files.flatMap((file) => this.#leftOf(file));
    const count = left.reduce((sum, { hits }) => sum + hits.length, 0);
    this.results.set({ files: left, count, cut: cut || left.some((file) => file.cut), state, problem, passes });
  }

  /** Without what was set aside. */
  #leftOf(file: FileHits): readonly FileHits[] {
    const hits = file.hits.filter((hit) => !this.#aside.has(nameOf(file.id, hit)));
    return hits.length === 0 ? [] : [hits.length === file.hits.length ? file : { ...file, hits }];
  }

  /** All texts by their paths: sorted once for each state of the tree, which takes its time where there are thousands. */
  #sorted(): readonly TreeNode[] {
    const tree = this.#room.tree.view.get();
    if (this.#byPath?.tree !== tree) {
      const texts = tree.filter(({ kind }) => kind === "file");
      this.#byPath = { tree, texts: texts.toSorted((a, b) => inOrder.compare(a.path, b.path)) };
    }
    return this.#byPath.texts;
  }

  #read(): void {
    clearTimeout(this.#forget);
    this.#forget = setTimeout(() => {
      this.#texts?.close();
      this.#texts = undefined;
      this.#worker.close();
      this.#running = false;
    }, forgottenMs);
    if (this.#texts !== undefined) return;
    const texts = new RoomTexts(this.#room, {
      text: (id, text) => {
        if (this.#worker.textOf(id) === text) return;
        this.#worker.set(id, text);
        this.#changed();
      },
      gone: (id) => {
        this.#worker.delete(id);
        this.#changed();
      },
    });
    this.#texts = texts;
    texts.reading.subscribe(() => this.reading.set(texts.reading.get()));
    this.reading.set(texts.reading.get());
  }

  #changed(): void {
    const wish = this.wish.get();
    if (wish.text !== "" && wish !== this.#given) this.#soon(changedMs, false);
  }
}

/** Whether both find the same places, whatever becomes of these. */
function sameBut(shown: Wish | undefined, wish: Wish): boolean {
  return Object.keys(wish).every(
    (key) => key === "replacement" || shown?.[key as keyof Wish] === wish[key as keyof Wish],
  );
}

function nameOf(id: string, { start, end }: Hit): string {
  return `${id} ${start} ${end}`;
}
