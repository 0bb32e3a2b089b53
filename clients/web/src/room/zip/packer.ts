import { ZipWriter } from "./ZipWriter.ts";

/** What comes into an archive next; without a path, its end. */
export interface Part {
  readonly path?: string;
  /** Of a file; a folder has none. */
  readonly text?: string;
}

/** Turns part after part into the bytes of one archive. @param now the modification time of all */
export function packer(now: Date): (part: Part) => Uint8Array<ArrayBuffer>[] {
  const writer = new ZipWriter(now);
  const utf8 = new TextEncoder();
  return ({ path, text }) => {
    if (path === undefined) return writer.end();
    return text === undefined ? writer.folder(path) : writer.file(path, utf8.encode(text));
  };
}
