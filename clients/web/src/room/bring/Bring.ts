import { Observable, type Progress, type Room, type RoomFile, type TreeNode } from "@coterie/core";
import { breathe } from "@coterie/core/breathe.ts";
import { difference } from "@coterie/core/client/difference.ts";
import { Limits } from "@coterie/core/limits.ts";
import { listed } from "../../app/listed.ts";
import { attempt, toast, words } from "../../app/toast.ts";
import { mostWritten } from "../../editor/mostWritten.ts";
import type { Shelf } from "../files/Shelf.ts";
import { mayEdit } from "../mayEdit.ts";
import { saved } from "../saved.ts";
import { settled } from "../settled.ts";
import { type Folder, gather, type LeftOut, type Renamed } from "./gather.ts";
import type { Incoming } from "./Incoming.ts";
import { InHand } from "./InHand.ts";
import { leave, mostOfFile, NoSpace, sourceOf, termsFor } from "./leave.ts";
import { folderGone, type Given, Made } from "./Made.ts";
import { Pace } from "./Pace.ts";
import {
  type Clash,
  fitting,
  megabytes,
  mostOfText,
  mostOfTexts,
  noSpaceFor,
  type Plan,
  planOf,
  sizeOf,
  tooMuchOf,
} from "./plan.ts";
import { freeOf, isNearlyFull, Space } from "./Space.ts";
import { pick, unpacked } from "./sources.ts";
import { folderOf } from "./There.ts";
import { headBytes, mayBeText, textIn } from "./textIn.ts";
import { type CutOff, Unfinished } from "./Unfinished.ts";

/** Files that are on their way at a time. */
const atOnce = 8;
/** Bytes of texts that the server does not have yet, or one text: this machine keeps what is unsent, all of it at a time. */
const mostWriting = 4_000_000;
/** UTF-16 units of a text that is waited for until the server has it; of shorter ones many are on their way at once. */
const longText = 64 * 1024;
/** Bytes of a text that leaves in one record, with the making of its file (T12). */
const mostInOne = Limits.MaxPayloadBytes - 1_000;
/** Bytes of files that are in hand at a time, or one file. */
const mostInHand = 32_000_000;
/** Changes on their way to the server, before more are made. */
const mostUnsaved = 64;
/** How often it is said how far it is, and noted for the next visit where nothing more is said. */
const sayMs = 100;
const noteMs = 250;
/** What a file costs beside its bytes, in bytes. */
const perFile = 20_000;
/** More files that stay out for the very same reason are one line. */
const fewAlike = 5;
/** How long one may take a lot back from its notice. */
const undoneForMs = 30_000;
/** So many files that leave nothing to ask are brought at once. */
const fewFiles = 200;
/** Of a file that does not come because the person has ended it. */
const stopped = "stopped";

export type Phase =
  | { readonly type: "gathering"; readonly count: number }
  | { readonly type: "asking"; readonly plan: Plan; readonly all: boolean }
  | {
      readonly type: "bringing";
      readonly done: number;
      readonly total: number;
      /** Of `allBytes`, also of files that are half here. */
      readonly bytes: number;
      readonly allBytes: number;
      /** Ms that the rest takes, where that can be told. */
      readonly left: number | undefined;
    }
  | {
      readonly type: "told";
      readonly brought: number;
      readonly leftOut: readonly LeftOut[];
      readonly renamed: readonly Renamed[];
      readonly stopped: boolean;
    }
  /** A page that is no more was at it. */
  | ({ readonly type: "cutOff" } & CutOff);

/**
 * Files and folders of this machine on their way into the room, one lot at a time.
 *
 * Always: nothing is read whole before it was judged by name and size; what does not come is told with the reason, and what is called
 * otherwise now with both names; no folder is made before something is put into it, but for one that is to be empty; an end by the person
 * leaves what is in the room by then, and one that nobody wanted is told of on the next visit.
 */
export class Bring {
  /** Undefined while nothing is brought. */
  readonly phase = new Observable<Phase | undefined>(undefined);
  /** Over what something from outside is held: a folder's id, or "top". */
  readonly over = new Observable<string | undefined>(undefined);
  readonly space: Space;
  readonly #unfinished: Unfinished;
  readonly #room: Room;
  readonly #shelf: Shelf;
  #stop = new AbortController();
  readonly #writing = new InHand(mostWriting);
  #from: Folder | undefined;
  #parent: string | undefined;

  constructor(room: Room, shelf: Shelf) {
    this.#room = room;
    this.#shelf = shelf;
    this.space = new Space(room, () => this.isUnderWay);
    this.#unfinished = new Unfinished(room.view.get().id);
  }

  get isUnderWay(): boolean {
    return this.phase.get()?.type === "bringing";
  }

  /** Tells of what a page that is no more was at. */
  async resume(): Promise<void> {
    const cut = await this.#unfinished.find();
    if (cut && this.phase.get() === undefined) this.phase.set({ type: "cutOff", ...cut });
  }

  /** @param parent the folder it goes into; undefined for the top */
  async begin(from: Folder, parent: string | undefined): Promise<void> {
    if (!mayEdit(this.#room.view.get())) {
      toast("Files can be brought in by who may edit here.");
      return;
    }
    const type = this.phase.get()?.type;
    if (type !== undefined && type !== "told" && type !== "cutOff") {
      toast("Wait for the files that are being brought in, or stop them first.");
      return;
    }
    if (type === "cutOff") this.dismiss();
    [this.#from, this.#parent] = [from, parent];
    await this.gather(false);
  }

  /** Asks for files, or a folder, for the folder that is selected in the tree. */
  async pick(what: "files" | "folder"): Promise<void> {
    const from = await pick(what);
    const at = this.#shelf.find(this.#shelf.selected.get());
    if (from) await this.begin(from, at?.kind === "folder" ? at.id : at?.parent);
  }

  /** @param all also what is left out by rule */
  async gather(all: boolean): Promise<void> {
    this.#stop = new AbortController();
    const { signal } = this.#stop;
    this.phase.set({ type: "gathering", count: 0 });
    let plan: Plan;
    try {
      let said = 0;
      const told = (count: number) => {
        if (signal.aborted || Date.now() - said < sayMs) return;
        said = Date.now();
        this.phase.set({ type: "gathering", count });
      };
      const gathered = await gather(await unpacked(this.#from!), { all, signal, told });
      const terms = await termsFor(this.#room, this.space.view.get(), gathered.files, signal);
      signal.throwIfAborted();
      plan = planOf(gathered, this.#shelf.nodes, this.#parent, terms);
    } catch (error) {
      if (signal.aborted) return; // another one may be at it
      this.phase.set(undefined);
      toast(words(error), { tone: "danger" });
      return;
    }
    const { stays, tooMuch } = fitting(plan, "both");
    const fits = stays.length + tooMuch.length === 0;
    const plain =
      !all && fits && plan.leftOut.length === 0 && plan.clashes.length === 0 && plan.files.length <= fewFiles;
    if (plain && plan.files.length + plan.folders.length > 0) await this.go(plan, "both");
    else this.phase.set({ type: "asking", plan, all });
  }

  /** The person has taken note of what stands there. */
  dismiss(): void {
    if (this.phase.get()?.type === "cutOff") void this.#unfinished.forget();
    this.stop();
  }

  /** Stops what is under way, or closes what stands there. */
  stop(): void {
    this.#stop.abort();
    if (!this.isUnderWay) this.phase.set(undefined);
  }

  async go(plan: Plan, clash: Clash): Promise<void> {
    const { signal } = this.#stop;
    const made = new Made(this.#room, this.#parent, plan);
    const leftOut: LeftOut[] = [];
    const clashing = new Set(plan.clashes);
    const { files, stays, tooMuch } = fitting(plan, clash);
    const noSpace = [...stays];
    const [total, allBytes] = [files.length, sizeOf(files)];
    let [done, bytes, said] = [0, 0, 0];
    const parts = new Map<Incoming, number>();
    const pace = new Pace();
    const say = (now = false) => {
      if (signal.aborted || (!now && Date.now() - said < sayMs)) return;
      said = Date.now();
      const here = [...parts].reduce((sum, [{ size }, part]) => sum + size * part, bytes);
      const left = pace.left(said, here + done * perFile, allBytes + total * perFile);
      this.phase.set({ type: "bringing", done, total, bytes: here, allBytes, left });
    };
    say(true);
    const isOver = () => this.#room.view.get().connection === "ended";
    const watching = this.#room.view.subscribe(() => isOver() && this.#stop.abort());
    const unfinished = this.#unfinished.begin(total);
    const noting = setInterval(() => {
      unfinished.note(made.came);
      say();
    }, noteMs);
    for (const folder of emptyOf(plan)) {
      const why = made.empty(folder);
      if (why !== undefined) leftOut.push({ path: `${folder}/`, why });
    }
    const queue = files.values();
    const inHand = new InHand(mostInHand);
    const work = async () => {
      for (const file of queue) {
        if (signal.aborted) return;
        const replaces = clash === "replace" && clashing.has(file.path);
        const told = (part: number) => {
          parts.set(file, part);
          say();
        };
        const one = () => this.#one(file, replaces, made, { signal, told });
        const why = await inHand.hold(file.size, one).catch((error: unknown) => error as Error);
        parts.delete(file);
        bytes += file.size;
        if (signal.aborted && why !== undefined) return;
        if (why instanceof NoSpace) noSpace.push(file);
        else if (why !== undefined) leftOut.push({ path: file.path, why: words(why) });
        say(++done === total);
        await this.#keptUp(signal);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, work));
    leftOut.push(...(await unlessStopped(made.failures(), signal, [])));
    clearInterval(noting);
    watching();
    unfinished.note(made.came);
    if (isOver()) unfinished.leave();
    else unfinished.end();
    const renamed = (await made.renamed()).filter(({ from }) => !clashing.has(from)); // of these one was asked
    const storage = this.#room.blobs.storage.get();
    const free = storage === undefined || stays.length > 0 ? plan.terms.free : freeOf(storage);
    const kept = [...alike(leftOut), ...noSpaceFor(noSpace, free)];
    const told = [...kept, ...tooMuchOf(tooMuch), ...plan.leftOut]; // what one has seen already comes last
    this.#end({ type: "told", brought: made.came, leftOut: told, renamed, stopped: signal.aborted }, made);
  }

  /** @returns why it does not come, if it does not */
  async #one(file: Incoming, replaces: boolean, made: Made, progress: Progress): Promise<string | undefined> {
    const { signal } = progress;
    const ended = () => (signal?.aborted ? stopped : made.isGone(file.path) ? folderGone : undefined);
    if (ended()) return ended();
    const bytes = await file.read();
    if (ended()) return ended();
    const text = this.#textIn(bytes);
    const there = replaces ? made.there.file(file.path) : undefined;
    const other = there && otherSort(there, bytes, text !== undefined);
    if (other !== undefined) return `what has this name in the room is ${other}: delete it there first`;
    if (text !== undefined && made.textBytes + bytes.length > mostOfTexts)
      return `all texts that come at once may have ${megabytes(mostOfTexts)}`;
    if (text !== undefined) made.textBytes += bytes.length;
    if (text === undefined) {
      if (there?.content && (await this.#room.blobs.putAgain(there.content, sourceOf(file, bytes), progress))) {
        made.came++;
        return undefined;
      }
      const content = await leave(this.#room, file, bytes, progress);
      if (there === undefined) made.binary(file.path, content);
      else await made.give(there, content);
      return undefined;
    }
    return await this.#writing.hold(bytes.length, async () => {
      await breathe(); // reading it took its time, and writing does
      if (ended()) return ended();
      const whole = bytes.length <= mostInOne;
      if (there === undefined) await this.#put(file.path, text, whole, made);
      else await this.#replace(there.id, file.path, text, made);
      return undefined;
    });
  }

  /** What comes as a text: also one that is too long to be written in, where it may not come as a file to be read. */
  #textIn(bytes: Uint8Array): string | undefined {
    if (bytes.length > mostOfText) return undefined;
    const text = textIn(bytes);
    const tooLong = text !== undefined && text.length > mostWritten;
    return tooLong && bytes.length <= mostOfFile(this.#room) ? undefined : text;
  }

  /** Makes a text. @param whole it leaves with the making of its file; of another the server hears when it is kept here: a page that dies in between would leave a part */
  async #put(path: string, text: string, whole: boolean, made: Made): Promise<void> {
    if (text === "") return void made.file(path);
    let send = () => {};
    const kept = new Promise<void>((resolve) => {
      send = resolve;
    });
    let file: RoomFile;
    try {
      file = await this.#room.open(made.file(path, whole ? undefined : kept));
      file.text.insert(0, text);
    } finally {
      // Whatever came of it, and where it cannot be kept here, the server hears of it.
      if (!whole)
        void this.#room
          .keepUnsent()
          .finally(send)
          .catch(() => {});
    }
    if (text.length > longText) await saved(this.#room, file, this.#stop.signal);
    file.close();
  }

  async #replace(id: string, path: string, text: string, made: Made): Promise<void> {
    const file = await this.#room.open(id);
    const state = await settled(file, () => this.#stop.signal.aborted);
    const edit = state === "ready" ? difference(file.text.toString(), text) : undefined;
    if (edit === undefined) {
      file.close();
      if (state !== "ready") throw new Error("the file of this name was deleted, or its text did not come");
      made.came++;
      return;
    }
    made.edited.edit(path, file, (of) => {
      of.delete(edit.start, edit.end - edit.start);
      of.insert(edit.start, edit.text);
    });
    const has = saved(this.#room, file, this.#stop.signal);
    made.wrote(path, file, has);
    if (text.length > longText) await has;
  }

  /** Waits until the server has most of what was made. */
  async #keptUp(signal: AbortSignal): Promise<void> {
    const { view } = this.#room;
    while (view.get().unsaved > mostUnsaved && !signal.aborted)
      await new Promise<void>((resolve) => {
        const end = view.subscribe(() => {
          end();
          signal.removeEventListener("abort", resolve as () => void);
          resolve();
        });
        signal.addEventListener("abort", resolve as () => void, { once: true });
      });
  }

  #end(told: Extract<Phase, { type: "told" }>, made: Made): void {
    const { brought, leftOut, renamed, stopped } = told;
    if (this.#parent) this.#shelf.expand(this.#parent, true);
    const [first] = made.tops;
    if (first !== undefined) this.#shelf.selected.set(first);
    this.phase.set(leftOut.length + renamed.length > 0 && !stopped ? told : undefined);
    const came = stopped ? `Stopped after ${counted(brought)}.` : `Brought in ${counted(brought)}.`;
    this.space.look();
    const said = [came, nearlyFull(this.space)].filter(Boolean).join(" ");
    const changed = made.tops.length + made.edited.count + made.given.length > 0;
    if (changed) toast(said, { action: { label: "Undo", run: () => void this.#takeBack(made) }, forMs: undoneForMs });
    else if (this.phase.get() === undefined) toast(said);
    made.edited.keepAfter(2 * undoneForMs);
  }

  async #takeBack({ tops, edited, given }: Made): Promise<void> {
    const { tree } = this.#room;
    const stands = ({ node, content }: Given) => node.content && tree.contentOf(node.id)?.id === content.id;
    const back = given.filter(stands);
    const others = given.filter((each) => !stands(each)).map(({ node }) => node.path);
    const lost = [...edited.undo(), ...others];
    if (lost.length > 0) toast(`Could not be taken back in ${listed(lost)}.`, { tone: "danger" });
    await Promise.all([
      ...tops.map((id) => attempt(tree.delete(id))),
      ...back.map(({ node }) => attempt(tree.setContent(node.id, node.content!))),
    ]);
  }
}

/** How what comes is of another sort than what it is to be put into, if it is. */
function otherSort(there: TreeNode, bytes: Uint8Array, isText: boolean): string | undefined {
  if ((there.kind === "file") === isText) return undefined;
  if (isText) return "no text, and this is one";
  const isLong = bytes.length > mostOfText ? mayBeText(bytes.subarray(0, headBytes)) : textIn(bytes) !== undefined;
  if (!isLong) return "a text, and this is none in UTF-8";
  return `a text, and this is longer than the ${megabytes(mostWritten)} that people write in together`;
}

/** Words for a person where the room's space for files is nearly used up. */
function nearlyFull({ view }: Space): string | undefined {
  const space = view.get();
  if (space === undefined || !isNearlyFull(space)) return undefined;
  return `The room's space for pictures and other files is nearly full: ${megabytes(space.used)} of ${megabytes(space.room)}.`;
}

/** Folders into which nothing of the lot comes. */
function emptyOf({ files, folders }: Plan): readonly string[] {
  const used = new Set<string>();
  for (const { path } of files)
    for (let at = folderOf(path); at !== "" && !used.has(at); at = folderOf(at)) used.add(at);
  return folders.filter((folder) => !used.has(folder));
}

/** Where many stay out for the very same reason, they are one line. */
function alike(leftOut: readonly LeftOut[]): readonly LeftOut[] {
  const byReason = new Map<string, LeftOut[]>();
  for (const each of leftOut) {
    const same = byReason.get(each.why);
    if (same) same.push(each);
    else byReason.set(each.why, [each]);
  }
  return [...byReason.values()].flatMap((same) => {
    if (same.length <= fewAlike) return same;
    const [first, ...others] = same;
    return [{ ...first!, more: others.map(({ path }) => path) }];
  });
}

/** What is waited for, or something else as soon as the person has stopped it. */
function unlessStopped<T>(work: Promise<T>, signal: AbortSignal, otherwise: T): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => resolve(otherwise);
    if (signal.aborted) stop();
    signal.addEventListener("abort", stop, { once: true });
    work.then(resolve, reject);
  });
}

function counted(files: number): string {
  return files === 1 ? "one file" : `${files.toLocaleString()} files`;
}
