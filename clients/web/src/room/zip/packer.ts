import { ZipWriter } from "./ZipWriter.ts";

/** What comes into an archive next; without a path, its end. */
export interface Part {
  readonly path?: string;
  /** Of a file: its text, or its bytes; a folder has none. */
  readonly content?: string | Uint8Array<ArrayBuffer>;
  /** A file that is started by its name. */
  readonly executable?: boolean;
}

/** Turns part after part into the bytes of one archive. @param now the modification time of all */
export function packer(now: Date): (part: Part) => Uint8Array<ArrayBuffer>[] {
  const writer = new ZipWriter(now);
  const utf8 = new TextEncoder();
  return ({ path, content, executable }) => {
    if (path === undefined) return writer.end();
    if (content === undefined) return writer.folder(path);
    return writer.file(path, typeof content === "string" ? utf8.encode(content) : content, executable);
  };
}
