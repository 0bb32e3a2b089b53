import { Limits } from "../limits.ts";
import { type Blob, type BlobSecret, contentName } from "../rooms/Blob.ts";
import type { BlobId } from "../wire/Ids.ts";
import { Code } from "../wire/Refusal.ts";
import type { BlobFrame } from "./Arrivals.ts";
import { Fetch } from "./Fetch.ts";
import { KeptContent } from "./KeptContent.ts";
import { Observable } from "./Observable.ts";
import { RoomError } from "./RoomError.ts";
import type { RoomSync } from "./RoomSync.ts";
import { type Content, contentOf, Upload } from "./Upload.ts";
import type { Connection } from "./view.ts";

/** A chunk that is answered later than this is one too many on its way: what is typed waits behind it. */
const SLOW_MS = 400;
const UNREADABLE = "The content of this file cannot be read: who put it into the room did not give its key with it.";
const NO_MORE =
  "The content of this file is not on the server any more: its space was needed. Bring it in again from where you have it.";

/** Refusals of a session that another is about to follow, under new keys or rules: what was under way is offered again in that one. */
const AGAIN: ReadonlySet<number> = new Set([Code.Version, Code.Session, Code.Cert]);

/** What a room may hold beside its texts, and holds, in bytes. */
export interface StorageView {
  /** Of one file's content. */
  readonly most: number;
  readonly room: number;
  readonly used: number;
}

export interface Progress {
  readonly signal?: AbortSignal;
  /** @param part from 0 to 1 */
  readonly told?: (part: number) => void;
}

/**
 * Content beside the streams, on its way to the hub and from it (section 15), across connections: what was not answered on one is offered, or
 * asked for, on the next. Few chunks are on their way at a time, so that what is typed meanwhile does not wait behind them.
 */
export class Blobs {
  /** Undefined until the hub has said it. */
  readonly storage = new Observable<StorageView | undefined>(undefined);
  readonly #sync: RoomSync;
  readonly #uploads = new Map<BlobId, Upload>();
  /** These and what is kept: by contentName. */
  readonly #fetches = new Map<string, Fetch>();
  readonly #told = new Map<Upload | Fetch, Set<(part: number) => void>>();
  readonly #kept = new KeptContent();
  /** What this page put there from somewhere else than its memory: it can be read again. */
  readonly #own = new Map<string, Content>();
  /** How many chunks of each the hub was asked for on this connection and has not answered, also for who waits no more. */
  readonly #wanted = new Map<BlobId, number>();
  /** When each chunk was sent that the hub has not answered for on this connection, also of an upload that was given up; in their order. */
  readonly #sentAt = new Map<string, number>();
  /** Who waits on this connection alone. */
  readonly #here = new Set<AbortController>();
  /** Why nothing is on its way any more, and never will be. */
  #ended: RoomError | undefined;
  #window = 1;
  /** A session was opened on the connection that stands: it may be about to be followed by another (W7). */
  #attends = false;

  constructor(sync: RoomSync) {
    this.#sync = sync;
  }

  /**
   * Leaves content at the hub. It can be named by a record once this resolves; until then nobody sees anything of it.
   * @throws RoomError where the hub does not take it, what reading does, and the signal's reason
   */
  async put(content: Content, progress: Progress = {}): Promise<Blob> {
    const most = this.storage.get()?.most ?? Limits.MaxBlobBytes;
    if (content.size > most)
      throw new RoomError(Code.TooLarge, `More than the ${most} bytes that a file may have here.`);
    const secret = { key: this.#sync.world.random(32), size: content.size };
    return { id: await this.#send(content, secret, progress), ...secret };
  }

  /**
   * Leaves content at the hub again, of which only what the hub lacks is sent.
   * @param content what may be it; else what this page still has
   * @returns whether that is it, down to the last byte: a file on the disk may have changed, and other content never goes out under the same key
   * @throws RoomError where the hub does not take it
   */
  async putAgain(blob: Blob, content = this.#has(blob), progress: Progress = {}): Promise<boolean> {
    if (content?.size !== blob.size) return false;
    const { roomId } = this.#sync.keyring;
    const upload = await Upload.of(roomId, content, blob, progress.signal).catch(() => undefined);
    if (upload?.id !== blob.id) return false;
    await this.#leave(upload, content, blob, progress);
    return true;
  }

  #has(blob: Blob): Content | undefined {
    const kept = this.#kept.get(contentName(blob));
    return kept === undefined ? this.#own.get(contentName(blob)) : contentOf(kept);
  }

  /**
   * Gives a node content that it had before. Where the hub has let go of that, and this page still has it, it is left there again.
   * @throws RoomError, with what the hub says to it
   */
  async giveBack(content: Blob | undefined, give: () => Promise<void>): Promise<void> {
    try {
      await give();
    } catch (error) {
      if (!(error instanceof RoomError) || error.code !== Code.Blob) throw error;
      if (content === undefined || !(await this.putAgain(content))) throw new RoomError(Code.Blob, NO_MORE);
      await give();
    }
  }

  /** @param blob undefined where its key is not known. @throws RoomError, and the signal's reason */
  async get(blob: Blob | undefined, progress: Progress = {}): Promise<Uint8Array> {
    if (blob === undefined) throw new RoomError(Code.Content, UNREADABLE);
    const name = contentName(blob);
    const kept = this.#kept.get(name);
    if (kept !== undefined) return kept;
    let fetch = this.#fetches.get(name);
    if (fetch === undefined) {
      fetch = new Fetch(this.#sync.keyring.roomId, blob);
      this.#fetches.set(name, fetch);
    }
    this.#pump();
    const content = await this.#follow(fetch, progress);
    this.#kept.keep(name, content);
    return content;
  }

  /**
   * The same for what waits in the turn of the connection that stands: a handler that went on waiting for the next one would keep that from
   * beginning. @returns undefined where it cannot be had. @throws RoomError code 0 where the connection ends first
   */
  async getHere(blob: Blob): Promise<Uint8Array | undefined> {
    const ended = new AbortController();
    this.#here.add(ended);
    try {
      return await this.get(blob, { signal: ended.signal });
    } catch {
      if (ended.signal.aborted) throw ended.signal.reason;
      return undefined;
    } finally {
      this.#here.delete(ended);
    }
  }

  async take(frame: BlobFrame): Promise<void> {
    switch (frame.type) {
      case "storage":
        return this.storage.set({
          most: Math.min(frame.most, Limits.MaxBlobBytes),
          room: frame.room,
          used: frame.used,
        });
      case "offered":
        this.#uploads.get(frame.blob)?.offered(frame.missing);
        break;
      case "took":
        this.#answered(`${frame.blob} ${frame.index}`);
        this.#uploads.get(frame.blob)?.took(frame.index);
        break;
      case "chunk":
        this.#came(frame.blob);
        for (const fetch of this.#fetchesOf(frame.blob)) await fetch.take(frame.index, frame.bytes);
        break;
      case "blobRefused":
        this.#came(frame.blob);
        this.#refused(frame.blob);
        if (AGAIN.has(frame.code)) this.#uploads.get(frame.blob)?.stranded();
        else this.#uploads.get(frame.blob)?.fail(new RoomError(frame.code, frame.text));
        for (const fetch of this.#fetchesOf(frame.blob))
          fetch.fail(new RoomError(frame.code, frame.code === Code.Blob ? NO_MORE : frame.text));
        break;
    }
    this.#tell();
    this.#pump();
  }

  /**
   * With a session what was under way goes on; without one it waits; where the room has ended it never comes. What was asked for in one session
   * is answered in the next one of the same connection; what was sent in one may have been refused.
   */
  connection(state: Connection, problem: RoomError | undefined): void {
    this.#attends = state === "connected";
    if (!this.#attends) {
      for (const waiting of this.#here) waiting.abort(new RoomError(0, "The connection to the server was lost."));
      for (const fetch of this.#fetches.values()) fetch.stranded();
      this.#wanted.clear();
    }
    for (const upload of this.#uploads.values()) upload.stranded();
    this.#sentAt.clear();
    this.#window = 1;
    if (state === "ended") this.close(problem);
    if (state !== "connected") return;
    for (const upload of this.#uploads.values()) this.#sync.send(upload.offer);
    this.#pump();
  }

  close(reason = new RoomError(0, "The room was left.")): void {
    this.#ended = reason;
    for (const transfer of [...this.#uploads.values(), ...this.#fetches.values()]) transfer.fail(reason);
  }

  #fetchesOf(id: BlobId): Fetch[] {
    return [...this.#fetches.values()].filter(({ blob }) => blob.id === id);
  }

  /** The hub has answered for a chunk. */
  #came(id: BlobId): void {
    const left = (this.#wanted.get(id) ?? 0) - 1;
    if (left > 0) this.#wanted.set(id, left);
    else this.#wanted.delete(id);
  }

  /** It answers in order. */
  #refused(id: BlobId): void {
    const chunk = [...this.#sentAt.keys()].find((sent) => sent.startsWith(id));
    if (chunk !== undefined) this.#sentAt.delete(chunk);
  }

  async #send(content: Content, secret: BlobSecret, progress: Progress): Promise<BlobId> {
    const made = await Upload.of(this.#sync.keyring.roomId, content, secret, progress.signal);
    return await this.#leave(made, content, secret, progress);
  }

  /** @param made of that content and secret */
  async #leave(made: Upload, content: Content, secret: BlobSecret, progress: Progress): Promise<BlobId> {
    const upload = this.#uploads.get(made.id) ?? made;
    this.#uploads.set(upload.id, upload);
    if (upload === made && this.#sync.joined) this.#sync.send(upload.offer);
    await this.#follow(upload, progress);
    const name = contentName({ id: upload.id, ...secret });
    if (content.bytes === undefined) this.#own.set(name, content);
    else this.#kept.keep(name, content.bytes);
    return upload.id;
  }

  /** Waits for a transfer, which ends when nobody waits for it any more. */
  async #follow<T>(transfer: (Upload | Fetch) & { readonly done: Promise<T> }, progress: Progress): Promise<T> {
    const { signal, told = () => {} } = progress;
    const waiting = this.#told.get(transfer) ?? new Set();
    this.#told.set(transfer, waiting);
    const mine = (part: number) => told(part);
    waiting.add(mine);
    try {
      signal?.throwIfAborted();
      if (this.#ended !== undefined) throw this.#ended;
      return await Promise.race([transfer.done, aborted(signal)]);
    } finally {
      waiting.delete(mine);
      if (waiting.size === 0) this.#forget(transfer);
      this.#pump();
    }
  }

  #forget(transfer: Upload | Fetch): void {
    this.#told.delete(transfer);
    if (transfer instanceof Upload) this.#uploads.delete(transfer.id);
    else this.#fetches.delete(contentName(transfer.blob));
  }

  #tell(): void {
    for (const [transfer, listeners] of this.#told) for (const listener of listeners) listener(transfer.part);
  }

  #pump(): void {
    if (!this.#attends) return;
    // Asked for also between two sessions of a connection: the second may have to wait, in its turn, for who waits for this.
    const wanted = [...this.#wanted.values()].reduce((sum, each) => sum + each, 0);
    for (let left = Limits.BlobChunksUnderWay - wanted; left > 0; left--) if (!this.#askNext()) break;
    if (!this.#sync.joined) return;
    for (let left = this.#window - this.#sentAt.size; left > 0; left--) if (!this.#sendNext()) break;
  }

  #sendNext(): boolean {
    for (const upload of this.#uploads.values()) {
      const index = upload.next();
      if (index === undefined) continue;
      void this.#sendChunk(upload, index);
      return true;
    }
    return false;
  }

  async #sendChunk(upload: Upload, index: number): Promise<void> {
    const { session } = this.#sync;
    const chunk = `${upload.id} ${index}`;
    this.#sentAt.set(chunk, this.#sync.world.now());
    try {
      const frame = await upload.chunk(index);
      if (session !== this.#sync.session || !this.#sync.joined) return; // it is offered again
      this.#sentAt.set(chunk, this.#sync.world.now());
      this.#sync.send(frame);
    } catch (error) {
      this.#sentAt.delete(chunk);
      upload.fail(error);
    }
  }

  #askNext(): boolean {
    for (const fetch of this.#fetches.values()) {
      const index = fetch.next();
      if (index === undefined) continue;
      const { id } = fetch.blob;
      this.#wanted.set(id, (this.#wanted.get(id) ?? 0) + 1);
      this.#sync.send({ type: "want", blob: id, index });
      return true;
    }
    return false;
  }

  /** As many are on their way as come back soon. */
  #answered(chunk: string): void {
    const sentAt = this.#sentAt.get(chunk);
    this.#sentAt.delete(chunk);
    if (sentAt === undefined) return;
    const slow = this.#sync.world.now() - sentAt > SLOW_MS;
    this.#window = slow ? Math.max(1, this.#window - 1) : Math.min(Limits.BlobChunksUnderWay, this.#window + 1);
  }
}

function aborted(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) => {
    signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}
