import { Observable, type Progress, type Room, type RoomFile, type TreeNode } from "@coterie/core";
import { breathe } from "@coterie/core/breathe.ts";
import { difference } from "@coterie/core/client/difference.ts";
import { Limits } from "@coterie/core/limits.ts";
import type { Blob } from "@coterie/core/rooms/Blob.ts";
import { listed } from "../../app/listed.ts";
import { attempt, toast, words } from "../../app/toast.ts";
import { mostWritten } from "../../editor/mostWritten.ts";
import { EditedFiles } from "../EditedFiles.ts";
import type { Shelf } from "../files/Shelf.ts";
import { mayEdit } from "../mayEdit.ts";
import { saved } from "../saved.ts";
import { settled } from "../settled.ts";
import { type Folder, type Gathered, gather, type LeftOut, nameOf, type Renamed } from "./gather.ts";
import type { Incoming } from "./Incoming.ts";
import { InHand } from "./InHand.ts";
import { leave, mostOfFile, nearlyFull, sourceOf, spaceFor } from "./leave.ts";
import { type Clash, megabytes, mostOfText, mostOfTexts, type Plan, planOf } from "./plan.ts";
import { pick, unpacked } from "./sources.ts";
import { folderOf, There } from "./There.ts";
import { headBytes, mayBeText, textIn } from "./textIn.ts";

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
/** How often it is said how far it is. */
const sayMs = 100;
/** How long one may take a lot back from its notice. */
const undoneForMs = 30_000;
/** A node is seen by then, or was deleted by somebody. */
const mostUnseenMs = 3_000;
/** So many files that leave nothing to ask are brought at once. */
const fewFiles = 200;
/** Of a file that does not come because the person has ended it. */
const stopped = "stopped";
const folderGone = "the folder it was to go into was deleted meanwhile";

export type Phase =
  | { readonly type: "gathering"; readonly count: number }
  | { readonly type: "asking"; readonly plan: Plan; readonly all: boolean }
  | {
      readonly type: "bringing";
      readonly done: number;
      /** What is here of those that are on their way, in files. */
      readonly partly: number;
      readonly total: number;
    }
  | {
      readonly type: "told";
      readonly brought: number;
      readonly leftOut: readonly LeftOut[];
      readonly renamed: readonly Renamed[];
      readonly stopped: boolean;
    };

/**
 * Files and folders of this machine on their way into the room, one lot at a time.
 *
 * Always: nothing is read whole before it was judged by name and size; what does not come is told with the reason, and what is called
 * otherwise now with both names; an end by the person leaves what is in the room by then.
 */
export class Bring {
  /** Undefined while nothing is brought. */
  readonly phase = new Observable<Phase | undefined>(undefined);
  /** Over what something from outside is held: a folder's id, or "top". */
  readonly over = new Observable<string | undefined>(undefined);
  readonly #room: Room;
  readonly #shelf: Shelf;
  #stop = new AbortController();
  readonly #writing = new InHand(mostWriting);
  #from: Folder | undefined;
  #parent: string | undefined;

  constructor(room: Room, shelf: Shelf) {
    this.#room = room;
    this.#shelf = shelf;
  }

  /** @param parent the folder it goes into; undefined for the top */
  async begin(from: Folder, parent: string | undefined): Promise<void> {
    if (!mayEdit(this.#room.view.get())) {
      toast("Files can be brought in by who may edit here.");
      return;
    }
    if (this.phase.get() !== undefined) {
      toast("Wait for the files that are being brought in, or stop them first.");
      return;
    }
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
    let gathered: Gathered;
    try {
      let said = 0;
      const told = (count: number) => {
        if (Date.now() - said < sayMs) return;
        said = Date.now();
        this.phase.set({ type: "gathering", count });
      };
      gathered = await gather(await unpacked(this.#from!), { all, signal, told });
    } catch (error) {
      this.phase.set(undefined);
      if (!signal.aborted) toast(words(error), { tone: "danger" });
      return;
    }
    const space = await spaceFor(this.#room, gathered.files);
    if (signal.aborted) return;
    const plan = planOf(gathered, this.#shelf.nodes, this.#parent, space);
    const plain = plan.leftOut.length === 0 && plan.clashes.length === 0 && plan.files.length <= fewFiles;
    if (plain && plan.files.length + plan.folders.length > 0) await this.go(plan, "both");
    else this.phase.set({ type: "asking", plan, all });
  }

  /** Stops what is under way, or closes what stands there. */
  stop(): void {
    this.#stop.abort();
    if (this.phase.get()?.type !== "bringing") this.phase.set(undefined);
  }

  async go(plan: Plan, clash: Clash): Promise<void> {
    const { signal } = this.#stop;
    const made = new Made(this.#room, this.#parent, plan);
    const leftOut: LeftOut[] = [];
    const clashing = new Set(plan.clashes);
    const files = clash === "leave" ? plan.files.filter(({ path }) => !clashing.has(path)) : plan.files;
    let [done, brought, said] = [0, 0, 0];
    const total = files.length;
    const parts = new Map<Incoming, number>();
    const say = (now = false) => {
      if (!now && Date.now() - said < sayMs) return;
      said = Date.now();
      const partly = [...parts.values()].reduce((sum, part) => sum + part, 0);
      if (!signal.aborted) this.phase.set({ type: "bringing", done, partly, total });
    };
    say(true);
    for (const folder of plan.folders) made.folder(folder);
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
        const why = await inHand.hold(file.size, one).catch(words);
        parts.delete(file);
        if (signal.aborted && why !== undefined) return;
        if (why === undefined) brought++;
        else leftOut.push({ path: file.path, why });
        say(++done === total);
        await this.#keptUp(signal);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, work));
    for (const { path, why } of await made.failures()) leftOut.push({ path, why });
    const renamed = (await made.renamed()).filter(({ from }) => !clashing.has(from)); // of these one was asked
    const told = [...leftOut, ...plan.leftOut]; // what one has seen already comes last
    this.#end({ type: "told", brought, leftOut: told, renamed, stopped: signal.aborted }, made);
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
      if (there?.content && (await this.#room.blobs.putAgain(there.content, sourceOf(file, bytes), progress)))
        return undefined;
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

  async #replace(id: string, path: string, text: string, { edited }: Made): Promise<void> {
    const file = await this.#room.open(id);
    const state = await settled(file, () => this.#stop.signal.aborted);
    const edit = state === "ready" ? difference(file.text.toString(), text) : undefined;
    if (edit === undefined) {
      file.close();
      if (state !== "ready") throw new Error("the file of this name was deleted, or its text did not come");
      return;
    }
    edited.edit(path, file, (of) => {
      of.delete(edit.start, edit.end - edit.start);
      of.insert(edit.start, edit.text);
    });
    if (text.length > longText) await saved(this.#room, file, this.#stop.signal);
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
    const said = [came, nearlyFull(this.#room)].filter(Boolean).join(" ");
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

interface Given {
  readonly node: TreeNode;
  readonly content: Blob;
}

/** What one lot has made in the tree: folders once, each node in its parent. */
class Made {
  /** The nodes that stand in what was there before. */
  readonly tops: string[] = [];
  /** The texts that were put into files that were there before. */
  readonly edited = new EditedFiles();
  /** Files that were there before, as they were, and what they were given in the place of what they held. */
  readonly given: Given[] = [];
  /** Of all texts together. */
  textBytes = 0;
  readonly #room: Room;
  readonly #parent: string | undefined;
  readonly #base: string;
  /** Ids by path as it came, of this lot. */
  readonly #folders = new Map<string, string>();
  /** What was there before. */
  readonly there: There;
  /** Paths as they came, by id, of what was made here. */
  readonly #nodes = new Map<string, string>();
  readonly #landing: Promise<LeftOut | undefined>[] = [];

  constructor(room: Room, parent: string | undefined, { files, folders }: Plan) {
    this.#room = room;
    this.#parent = parent;
    const nodes = room.tree.view.get();
    const path = nodes.find(({ id }) => id === parent)?.path;
    this.#base = path === undefined ? "" : `${path}/`;
    this.there = new There(nodes, parent, [...files.map((file) => file.path), ...folders]);
  }

  /** @param after the server does not hear of it before that is over */
  file(path: string, after?: Promise<void>): string {
    return this.#make("file", path, undefined, after);
  }

  async give(node: TreeNode, content: Blob): Promise<void> {
    await this.#room.tree.setContent(node.id, content);
    this.given.push({ node, content });
  }

  binary(path: string, content: Blob): void {
    this.#make("file", path, content);
  }

  folder(path: string): string {
    const known = this.#folders.get(path);
    if (known !== undefined) return known;
    const id = this.there.folder(path)?.id ?? this.#make("folder", path);
    this.#folders.set(path, id);
    return id;
  }

  /** Whether somebody deleted the folder that a path is to go into. */
  isGone(path: string): boolean {
    for (let above = folderOf(path); above !== ""; above = folderOf(above)) {
      const id = this.#folders.get(above) ?? this.there.folder(above)?.id;
      if (id !== undefined) return this.#room.tree.deletionOf(id) !== undefined;
    }
    return this.#parent !== undefined && this.#room.tree.deletionOf(this.#parent) !== undefined;
  }

  /** Why nodes did not come to be that were made here. */
  async failures(): Promise<LeftOut[]> {
    return (await Promise.all(this.#landing)).filter((each) => each !== undefined);
  }

  /** What was made here and is shown by another name than it was given: by paths from where the lot lies. */
  async renamed(): Promise<Renamed[]> {
    const nodes = await seen(this.#room, [...this.#nodes.keys()].at(-1));
    return nodes.flatMap(({ id, name, shownName, path }) => {
      const from = this.#nodes.get(id);
      const isOther = from !== undefined && name === nameOf(from) && shownName !== name;
      return isOther ? [{ from, to: path.slice(this.#base.length) }] : [];
    });
  }

  #make(kind: "file" | "folder", path: string, content?: Blob, after?: Promise<void>): string {
    const above = folderOf(path);
    const parent = above === "" ? this.#parent : this.folder(above);
    const isTop = above === "" || this.there.folder(above) !== undefined;
    const { tree } = this.#room;
    const name = nameOf(path);
    const { id, landed } = content ? tree.makeBinary(parent, name, content) : tree.make(kind, parent, name, after);
    this.#landing.push(
      landed.then(
        () => undefined,
        (error: unknown) => ({ path, why: this.isGone(path) ? folderGone : words(error) }),
      ),
    );
    this.#nodes.set(id, path);
    if (isTop) this.tops.push(id);
    return id;
  }
}

/** The tree once it shows a node, which a large one does late; also where that is there no more. */
function seen(room: Room, node: string | undefined): Promise<readonly TreeNode[]> {
  const { view } = room.tree;
  return new Promise((resolve) => {
    const look = () => {
      if (node === undefined || view.get().some(({ id }) => id === node)) end();
    };
    const end = () => {
      unsubscribe();
      clearTimeout(patience);
      resolve(view.get());
    };
    const unsubscribe = view.subscribe(look);
    const patience = setTimeout(end, mostUnseenMs);
    look();
  });
}

function counted(files: number): string {
  return files === 1 ? "one file" : `${files.toLocaleString()} files`;
}
