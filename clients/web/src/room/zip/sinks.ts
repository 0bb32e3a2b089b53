import { saveAs } from "../header/saveAs.ts";

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
  showSaveFilePicker(options: object): Promise<FileSystemFileHandle & { remove?(): Promise<void> }>;
}

const gatheredBytes = 4 * 1024 * 1024;
const writtenBytes = 1024 * 1024; // each write asks the browser's other process, and an archive of small files comes in tens of thousands of pieces

/** Asks where to put it, where the browser lets one ask; that takes the press of a button just now. @returns undefined where the person wants it nowhere */
export async function sinkFor(name: string): Promise<Sink | undefined> {
  if (!("showSaveFilePicker" in window)) return new Gathered(name);
  const types = [{ description: "ZIP archive", accept: { "application/zip": [".zip"] } }];
  try {
    const file = await (window as unknown as Picking).showSaveFilePicker({ suggestedName: name, types });
    return new OnDisk(file, await file.createWritable());
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") return undefined;
    return new Gathered(name); // not allowed here: as other browsers have it
  }
}

/** Written to the disk piece by piece; the file gets it at the end, or stays as it was. */
class OnDisk implements Sink {
  readonly name: string;
  readonly #file: FileSystemFileHandle & { remove?(): Promise<void> };
  readonly #stream: FileSystemWritableFileStream;
  #parts: Uint8Array<ArrayBuffer>[] = [];
  #bytes = 0;

  constructor(file: FileSystemFileHandle, stream: FileSystemWritableFileStream) {
    this.name = file.name;
    this.#file = file;
    this.#stream = stream;
  }

  async write(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    this.#parts.push(bytes);
    this.#bytes += bytes.length;
    if (this.#bytes >= writtenBytes) await this.#put();
  }

  async finish(): Promise<void> {
    await this.#put();
    await this.#stream.close();
  }

  async #put(): Promise<void> {
    const parts = this.#parts;
    this.#parts = [];
    this.#bytes = 0;
    await this.#stream.write(new Blob(parts));
  }

  async drop(): Promise<void> {
    await this.#stream.abort();
    if ((await this.#file.getFile()).size === 0) await this.#file.remove?.(); // it was made for this
  }
}

/** Gathered in the browser, which may keep parts of it on its disk, and downloaded at the end. */
class Gathered implements Sink {
  readonly name: string;
  #parts: Blob[] = [];
  #newest: Uint8Array<ArrayBuffer>[] = [];
  #bytes = 0;

  constructor(name: string) {
    this.name = name;
  }

  async write(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    this.#newest.push(bytes);
    this.#bytes += bytes.length;
    if (this.#bytes >= gatheredBytes) this.#put();
  }

  async finish(): Promise<void> {
    this.#put();
    saveAs(this.name, new Blob(this.#parts, { type: "application/zip" }));
  }

  async drop(): Promise<void> {
    this.#parts = [];
    this.#newest = [];
  }

  #put(): void {
    this.#parts.push(new Blob(this.#newest));
    this.#newest = [];
    this.#bytes = 0;
  }
}
