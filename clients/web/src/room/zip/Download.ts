import { Observable, type Room, type TreeNode } from "@coterie/core";
import { copyText } from "../../app/copyText.ts";
import { listed } from "../../app/listed.ts";
import { toast, words } from "../../app/toast.ts";
import { megabytes } from "../bring/plan.ts";
import { saveAs } from "../header/saveAs.ts";
import { settled } from "../settled.ts";
import { type FileContent, type Made, makeZip } from "./makeZip.ts";
import { packing } from "./packing.ts";
import { packedOf, type Renamed, safeName } from "./safeNames.ts";
import { type Sink, sinkFor } from "./sinks.ts";

/** Where something goes, in words for a person. */
export interface Way {
  /** What the line about it is called. */
  readonly title: string;
  readonly doing: (name: string) => string;
  readonly done: (name: string) => string;
  readonly failed: (name: string) => string;
  readonly cancel: string;
  /** What `done` and `total` count. */
  readonly unit: "files" | "bytes";
}

/** Where an archive goes. */
export interface Goal extends Way {
  /** Undefined where the person wants it nowhere. @param bytes it has at least */
  readonly sinkFor: (name: string, bytes: number, signal: AbortSignal) => Promise<Sink | undefined>;
}

export interface Running {
  /** What is being made. */
  readonly name: string;
  readonly way: Way;
  /** Of all files, or bytes. */
  readonly done: number;
  readonly total: number;
}

const toDisk: Goal = {
  title: "Download",
  doing: (name) => `Downloading ${name}`,
  done: (name) => `Downloaded ${name}`,
  failed: (name) => `${name} was not downloaded.`,
  cancel: "Cancel the download",
  unit: "files",
  sinkFor,
};

const octets = "application/octet-stream"; // of another type, Makefile would become Makefile.txt
const tellMs = 100;
const mostListed = 3;
const longMs = 30_000; // there is much to read

/**
 * What goes out of the room, onto this machine's disk or elsewhere: a file as it is, a folder or all of the room as a ZIP; and an archive
 * that is fetched from elsewhere.
 *
 * Always: one at a time; a text is what this page shows of it, with one's own edits that nobody else has yet; whatever way it ends, it says so,
 * but for what the person ended.
 */
export class Download {
  readonly running = new Observable<Running | undefined>(undefined);
  readonly #room: Room;
  #cancel: AbortController | undefined;

  constructor(room: Room) {
    this.#room = room;
  }

  async file(node: TreeNode): Promise<void> {
    await this.run(toDisk, node.shownName, 1, async (signal) => {
      const content = await this.#read(node, signal);
      signal.throwIfAborted();
      if (content === undefined) throw new Error(`${node.shownName} was deleted meanwhile.`);
      const bytes = new Blob([content], { type: octets });
      saveAs(node.shownName, bytes);
      const dot = node.shownName.startsWith(".") ? " Browsers leave out the dot that its name begins with." : "";
      toast(`Downloaded ${node.shownName}, ${megabytes(bytes.size)}.${dot}`);
    });
  }

  /** @param root without it, all of the room */
  async zip(root?: TreeNode, to: Goal = toDisk): Promise<void> {
    const { packed, renamed } = packedOf(this.#room.tree.view.get(), root);
    if (packed.length === 0) {
      toast("There is nothing in this room yet.");
      return;
    }
    const name = root ? archiveName(root.shownName) : this.roomArchive;
    const known = packed.reduce((sum, { node }) => sum + (node.content?.size ?? 0), 0);
    const total = packed.filter(({ node }) => node.kind !== "folder").length;
    await this.run(to, name, total, async (signal, tellDone) => {
      const sink = await to.sinkFor(name, known, signal);
      if (sink === undefined) return;
      const { pack, close } = packing();
      try {
        const made = await makeZip(packed, {
          read: (node) => this.#read(node, signal),
          pack,
          write: (bytes) => sink.write(bytes),
          onDone: (done) => tellDone(done, sink.name),
          signal,
        });
        await sink.finish();
        tell(to.done(sink.name), made, renamed);
      } catch (error) {
        await sink.drop().catch(() => {}); // why it ended is what counts
        throw error;
      } finally {
        close();
      }
    });
  }

  /** What all of the room is called as an archive. */
  get roomArchive(): string {
    return archiveName(this.#room.view.get().title);
  }

  cancel(): void {
    this.#cancel?.abort();
  }

  /** A file as bytes, for who drags it out of the page; undefined where it is deleted or cannot be had now. */
  async fetch(node: TreeNode): Promise<Blob | undefined> {
    const content = await this.#read(node, new AbortController().signal).catch(() => undefined);
    return content === undefined ? undefined : new Blob([content], { type: octets });
  }

  /** Does one thing on its way, shows how far it is, and says why where it fails. */
  async run(
    way: Way,
    name: string,
    total: number,
    work: (signal: AbortSignal, tellDone: (done: number, name: string) => void) => Promise<void>,
  ): Promise<void> {
    const before = this.running.get();
    if (before) {
      toast(`${before.name} is still under way: one at a time.`);
      return;
    }
    const cancel = new AbortController();
    this.#cancel = cancel;
    this.running.set({ name, way, done: 0, total });
    let told = 0;
    const tellDone = (done: number, name: string) => {
      if (performance.now() - told < tellMs) return;
      told = performance.now();
      this.running.set({ name, way, done, total });
    };
    try {
      await work(cancel.signal, tellDone);
    } catch (error) {
      if (!cancel.signal.aborted) toast(`${way.failed(name)} ${words(error)}`, { tone: "danger" });
    } finally {
      this.#cancel = undefined;
      this.running.set(undefined);
    }
  }

  /** Undefined where it is deleted. @throws Error where the room has ended before it was here, RoomError where the server has it no more */
  async #read(node: TreeNode, signal: AbortSignal): Promise<FileContent | undefined> {
    if (node.kind === "binary")
      return (await this.#room.blobs.get(node.content, { signal })) as Uint8Array<ArrayBuffer>;
    const file = await this.#room.open(node.id);
    try {
      const ended = () => this.#room.view.get().connection === "ended";
      const state = await settled(file, () => signal.aborted || ended());
      if (state === "loading") throw new Error("The room ended before its text was here.");
      return state === "ready" ? file.text.toString() : undefined;
    } finally {
      file.close();
    }
  }
}

function archiveName(of: string): string {
  return `${safeName(of) || "room"}.zip`;
}

function tell(what: string, { files, bytes, gone, unread }: Made, renamed: readonly Renamed[]): void {
  const said = [`${what}: ${files === 1 ? "one file" : `${files.toLocaleString()} files`}, ${megabytes(bytes)}.`];
  if (gone.length > 0) said.push(`Deleted meanwhile: ${listed(gone)}.`);
  if (unread.length > 0) said.push(`Not in it, because they could not be read: ${listed(unread)}.`);
  if (renamed.length === 0) {
    toast(said.join(" "), unread.length > 0 ? { tone: "danger", forMs: longMs } : {});
    return;
  }
  const names = renamed.map(({ from, to }) => `${from} → ${to}`);
  said.push(`So that every system can keep them, these have other names in it: ${listed(names, mostListed)}.`);
  toast(said.join(" "), {
    forMs: longMs,
    ...(unread.length > 0 && { tone: "danger" }),
    ...(names.length > mostListed && {
      action: { label: "Copy the list", run: () => void copyText(names.join("\n"), "Copied the list.") },
    }),
  });
}
