import type { Incoming } from "../bring/Incoming.ts";
import { AskedWorker } from "./AskedWorker.ts";
import { BadZip, damaged } from "./BadZip.ts";
import { refuseBomb } from "./bomb.ts";
import { directoryOf, type Line } from "./directory.ts";
import { entryPath } from "./entryPath.ts";
import { fixed, flags, methods, modes, signatures } from "./format.ts";
import type { PackedEntry } from "./unpack.ts";
import { viewOf } from "./viewOf.ts";

/** What an archive holds: paths have slashes, none at either end, and lead nowhere but into it. */
export interface ZipContents {
  /** In the archive's order; no path twice, and none below another file. */
  readonly entries: readonly Incoming[];
  /** Those that the archive names; others are known by what is in them. */
  readonly folders: readonly string[];
  /** What is not taken, and why, for a person, as the rest of a sentence: "it is a link". */
  readonly skipped: readonly { readonly path: string; readonly why: string }[];
}

type Unpack = (entry: PackedEntry) => Promise<Uint8Array>;

const patienceMs = 60_000; // the largest file of a room takes a few seconds
const restMs = 5_000;

const worker = new AskedWorker<PackedEntry, Uint8Array>(
  () => new Worker(new URL("./unpack.worker.ts", import.meta.url), { type: "module" }),
  patienceMs,
  restMs,
);

/**
 * Lists what is in a ZIP, from its central directory, without unpacking anything. What is refused whole: no ZIP, damaged, cut off, in
 * parts, entries that overlap, more than `most` allows, bombs. What is skipped: paths that lead out, links and devices, encrypted entries,
 * ways of compression other than deflate, a path that was there before. What is larger than a room takes is for who brings it in to judge.
 *
 * `read` gives an entry's bytes, as often as it is called, and refuses what does not fit what the directory says of it: BadZip, or an
 * error with words for a person; `head` gives what it begins with, and unpacks no more. The file is read then: it must not have changed on the disk.
 * @param unpack where that is done: in a worker, but for tests @throws BadZip
 */
export async function readZip(file: File, unpack: Unpack = (entry) => worker.ask(entry)): Promise<ZipContents> {
  const skipped: { path: string; why: string }[] = [];
  const files = new Map<string, Line>();
  const folders = new Set<string>();
  for (const line of await directoryOf(file)) {
    const place = entryPath(line);
    if ("why" in place) {
      skipped.push({ path: place.shown, why: place.why });
      continue;
    }
    const isFolder = place.path.endsWith("/") || (line.mode & modes.type) === modes.folder;
    const path = place.path.replace(/\/$/, "");
    const why =
      files.has(path) || (!isFolder && folders.has(path)) ? "its path is there twice" : whyNot(line, isFolder);
    if (why !== undefined) {
      skipped.push({ path, why });
    } else if (isFolder) {
      folders.add(path);
    } else {
      files.set(path, line);
    }
  }
  refuseBomb(
    [...files].map(([path, { size }]) => ({ path, size })),
    file.size,
  );
  const below = (path: string) => foldersAbove(path).some((above) => files.has(above));
  const taken = <T>(paths: Iterable<[string, T]>) =>
    [...paths].filter(([path]) => {
      if (below(path)) skipped.push({ path, why: "it lies in what is a file itself" });
      return !below(path);
    });
  return {
    entries: taken(files).map(([path, line]) => ({
      path,
      size: line.size,
      read: () => read(file, line, unpack),
      head: (most) => read(file, line, unpack, most),
    })),
    folders: taken(folders.entries()).map(([path]) => path),
    skipped,
  };
}

function whyNot({ flags: marks, method, mode, packed, size }: Line, isFolder: boolean): string | undefined {
  const type = mode & modes.type;
  if (type === modes.link) return "it is a link";
  const piped = type === modes.pipe && size > 0; // what an archiver was given by a pipe
  if (type !== 0 && type !== modes.file && type !== modes.folder && !piped) return "it is neither file nor folder";
  if (marks & (flags.encrypted | flags.strong | flags.masked)) return "it is encrypted";
  if (isFolder) return size === 0 ? undefined : "it is a folder with bytes of its own";
  const known = method === methods.stored || method === methods.deflated;
  if (!known || marks & flags.patched) return "it is compressed in a way that is not known here";
  const mostSize = method === methods.stored ? packed : packed * 1_032; // deflate cannot do more
  return size > mostSize || (method === methods.stored && size !== packed) ? "its size cannot be true" : undefined;
}

function foldersAbove(path: string): string[] {
  const parts = path.split("/");
  return parts.slice(1).map((_, nth) => parts.slice(0, nth + 1).join("/"));
}

async function read(file: File, line: Line, unpack: Unpack, head?: number): Promise<Uint8Array> {
  const header = await viewOf(file.slice(line.at, line.at + fixed.local));
  if (header.byteLength < fixed.local || header.getUint32(0, true) !== signatures.local) throw new BadZip(damaged);
  const begin = line.at + fixed.local + header.getUint16(26, true) + header.getUint16(28, true);
  if (header.getUint16(8, true) !== line.method || begin + line.packed > line.end) throw new BadZip(damaged);
  const { method, size, crc } = line;
  return await unpack({ data: file.slice(begin, begin + line.packed), method, size, crc, head });
}
