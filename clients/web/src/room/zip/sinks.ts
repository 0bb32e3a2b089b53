import { megabytes } from "../bring/plan.ts";
import { saveAs } from "../header/saveAs.ts";
import { type OwnFile, ownFile } from "./ownFiles.ts";

/** Where an archive goes as it is made. */
export interface Sink {
  /** As the person knows it. */
  readonly name: string;
  write(bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  /** Hands it over. */
  finish(): Promise<void>;
  /** Leaves nothing of it. */
  drop(): Promise<void>;
}

/** What browsers have that let a page write where the person says; no standard yet, so no type of it comes along. */
interface Picking {
  showSaveFilePicker(options: object): Promise<PickedFile>;
}
type PickedFile = FileSystemFileHandle & { remove?(): Promise<void> };

const type = "application/zip";
const gatheredBytes = 4 * 1024 * 1024;
const writtenBytes = 1024 * 1024; // each write asks the browser's other process, and an archive of small files comes in tens of thousands of pieces
/** Bytes of an archive that is gathered in the browser's memory: of more, a tab dies. */
const mostGathered = 1_000_000_000;

/**
 * Asks where to put it, where the browser lets one ask; that takes the press of a button just now.
 * @param bytes it has at least, as far as is known
 * @returns undefined where the person wants it nowhere
 */
export async function sinkFor(name: string, bytes: number): Promise<Sink | undefined> {
  if (!("showSaveFilePicker" in window)) return await withoutAsking(name, bytes);
  const types = [{ description: "ZIP archive", accept: { [type]: [".zip"] } }];
  try {
    const file = await (window as unknown as Picking).showSaveFilePicker({ suggestedName: name, types });
    return new Picked(file, await file.createWritable());
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") return undefined;
    return await withoutAsking(name, bytes); // not allowed here: as other browsers have it
  }
}

async function withoutAsking(name: string, bytes: number): Promise<Sink> {
  const own = await ownFile(bytes);
  return own ? new Own(name, own) : new Gathered(name, bytes);
}

/** Written to the disk in pieces that are worth it. */
class Pieces {
  readonly #stream: FileSystemWritableFileStream;
  readonly #full: string;
  #parts: Uint8Array<ArrayBuffer>[] = [];
  #bytes = 0;

  /** @param full what to say where there is no space for more */
  constructor(stream: FileSystemWritableFileStream, full: string) {
    this.#stream = stream;
    this.#full = full;
  }

  async write(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    this.#parts.push(bytes);
    this.#bytes += bytes.length;
    if (this.#bytes >= writtenBytes) await this.#put();
  }

  async close(): Promise<void> {
    await this.#put();
    await this.#stream.close().catch((error: unknown) => this.#fail(error));
  }

  async abort(): Promise<void> {
    this.#parts = [];
    await this.#stream.abort().catch(() => {}); // one that has failed is aborted already
  }

  async #put(): Promise<void> {
    const parts = this.#parts;
    this.#parts = [];
    this.#bytes = 0;
    await this.#stream.write(new Blob(parts)).catch((error: unknown) => this.#fail(error));
  }

  #fail(error: unknown): never {
    const isFull = error instanceof Error && error.name === "QuotaExceededError";
    throw isFull ? new Error(this.#full, { cause: error }) : error;
  }
}

/** The file that the person picked gets it at the end, or stays as it was. */
class Picked implements Sink {
  readonly name: string;
  readonly #file: PickedFile;
  readonly #pieces: Pieces;

  constructor(file: PickedFile, stream: FileSystemWritableFileStream) {
    this.name = file.name;
    this.#file = file;
    this.#pieces = new Pieces(stream, "The disk that it was written to is full.");
  }

  write(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    return this.#pieces.write(bytes);
  }

  finish(): Promise<void> {
    return this.#pieces.close();
  }

  async drop(): Promise<void> {
    await this.#pieces.abort();
    if ((await this.#file.getFile()).size === 0) await this.#file.remove?.(); // it was made for this
  }
}

/** Made in the site's own storage, and downloaded from there at the end. */
class Own implements Sink {
  readonly name: string;
  readonly #file: OwnFile;
  readonly #pieces: Pieces;

  constructor(name: string, file: OwnFile) {
    this.name = name;
    this.#file = file;
    const full =
      "There is no space for it: the disk of this machine is full, or the browser leaves no more of it to this page.";
    this.#pieces = new Pieces(file.stream, full);
  }

  write(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    return this.#pieces.write(bytes);
  }

  async finish(): Promise<void> {
    await this.#pieces.close();
    const file = await this.#file.read();
    saveAs(this.name, file.slice(0, file.size, type));
    this.#file.removeLater();
  }

  async drop(): Promise<void> {
    await this.#pieces.abort();
    await this.#file.remove();
  }
}

/** Gathered in the browser, which may keep parts of it on its disk, and downloaded at the end. */
export class Gathered implements Sink {
  readonly name: string;
  readonly #most: number;
  #parts: Blob[] = [];
  #newest: Uint8Array<ArrayBuffer>[] = [];
  #newBytes = 0;
  #bytes = 0;

  /** @param bytes it has at least @throws Error where that is more than `most` */
  constructor(name: string, bytes: number, most = mostGathered) {
    this.name = name;
    this.#most = most;
    this.#check(bytes);
  }

  async write(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    this.#newest.push(bytes);
    this.#newBytes += bytes.length;
    this.#bytes += bytes.length;
    this.#check(this.#bytes);
    if (this.#newBytes >= gatheredBytes) this.#put();
  }

  async finish(): Promise<void> {
    this.#put();
    saveAs(this.name, new Blob(this.#parts, { type }));
  }

  async drop(): Promise<void> {
    this.#parts = [];
    this.#newest = [];
  }

  #put(): void {
    this.#parts.push(new Blob(this.#newest));
    this.#newest = [];
    this.#newBytes = 0;
  }

  #check(bytes: number): void {
    if (bytes <= this.#most) return;
    throw new Error(
      `It has more than ${megabytes(this.#most)}, and this browser has no place to make it in: download its folders one by one, or use one that asks where to save a file, as Chrome and Edge do.`,
    );
  }
}
