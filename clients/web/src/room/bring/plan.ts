import type { TreeNode } from "@coterie/core";
import { Limits } from "@coterie/core/limits.ts";
import { isNodeName } from "@coterie/core/rooms/NodeName.ts";
import { mostWritten } from "../../editor/mostWritten.ts";
import type { Gathered, LeftOut } from "./gather.ts";
import type { Incoming } from "./Incoming.ts";
import { There } from "./There.ts";

/** Bytes: a larger file is no text of a room. A text that is written in, which has letters of three bytes each, comes back in. */
export const mostOfText = 3 * mostWritten;
/** Bytes, of all texts of one lot together. */
export const mostOfTexts = 200_000_000;

/** What may come, in bytes. */
export interface Space {
  /** Of a file that is no text. */
  readonly file: number;
  /** Of all together. */
  readonly all: number;
  /** What is larger than `file` and known to be no text. */
  readonly noTexts?: ReadonlySet<Incoming>;
}

/** What is to happen with a file of a name that its folder has already. */
export type Clash = "both" | "replace" | "leave";

/** What is to be brought, and what is not. */
export interface Plan {
  readonly files: readonly Incoming[];
  /** To be there even if nothing is put into them, parents first. */
  readonly folders: readonly string[];
  readonly leftOut: readonly LeftOut[];
  /** Paths, as they come, of files that are there already. */
  readonly clashes: readonly string[];
  readonly bytes: number;
}

/**
 * Judges what was gathered before anything is read: sizes, names, depth, and how many nodes the room still takes.
 * @param parent where it goes: a folder's id, or undefined for the top
 */
export function planOf(gathered: Gathered, nodes: readonly TreeNode[], parent: string | undefined, space: Space): Plan {
  const base = nodes.find(({ id }) => id === parent)?.path;
  const deep = base === undefined ? 0 : base.split("/").length;
  const there = new There(nodes, parent, [...gathered.files.map(({ path }) => path), ...gathered.emptyFolders]);
  const files: Incoming[] = [];
  const folders = new Set<string>();
  const leftOut: LeftOut[] = [];
  const clashes: string[] = [];
  let [bytes, left] = [0, Limits.MaxNodes - nodes.length];

  /** Folders above a path, and itself where it is one, that are not there yet. */
  const missing = (path: string, isFolder: boolean) => {
    const names = path.split("/");
    const above = names.slice(0, isFolder ? names.length : -1).map((_, nth) => names.slice(0, nth + 1).join("/"));
    return above.filter((folder) => !folders.has(folder) && there.folder(folder) === undefined);
  };
  const faultOf = (path: string, isFolder: boolean): string | undefined => {
    const names = path.split("/");
    const odd = names.find((name) => !isNodeName(name));
    if (odd !== undefined) return oddName(odd);
    if (names.length + deep > Limits.MaxDepth + 1) return `more than ${Limits.MaxDepth} folders deep`;
    if (missing(path, isFolder).length + 1 > left)
      return `the room takes ${Limits.MaxNodes.toLocaleString()} files and folders at most`;
    return undefined;
  };
  const takeFolders = (path: string, isFolder: boolean) => {
    for (const folder of missing(path, isFolder)) {
      folders.add(folder);
      left--;
    }
  };

  for (const file of gathered.files) {
    const { path, size } = file;
    const tooMuch =
      bytes + size > space.all
        ? `${megabytes(size)}: with it more would come than the ${megabytes(space.all)} that there is space for`
        : undefined;
    const why = tooLarge(file, space) ?? faultOf(path, false) ?? tooMuch;
    if (why !== undefined) {
      leftOut.push({ path, why });
      continue;
    }
    takeFolders(path, false);
    if (there.file(path)) clashes.push(path);
    else left--;
    bytes += size;
    files.push(file);
  }
  for (const path of gathered.emptyFolders) {
    const why = faultOf(path, true);
    if (why === undefined) takeFolders(path, true);
    else leftOut.push({ path: `${path}/`, why });
  }
  return { files, folders: [...folders], leftOut: [...leftOut, ...gathered.leftOut], clashes, bytes };
}

function tooLarge(file: Incoming, { file: most, noTexts }: Space): string | undefined {
  const { size } = file;
  if (size <= most) return undefined;
  if (noTexts?.has(file) || most >= mostOfText) return `${megabytes(size)}: a file may have ${megabytes(most)} here`;
  if (size <= mostOfText) return undefined;
  return `${megabytes(size)}: a text may have ${megabytes(mostOfText)} here, and any other file ${megabytes(most)}`;
}

export function megabytes(bytes: number): string {
  if (bytes === 1) return "one byte";
  if (bytes < 1_000) return `${bytes} bytes`;
  if (bytes < 1_000_000) return `${Math.round(bytes / 1_000)} kB`;
  return bytes < 1_000_000_000 ? `${(bytes / 1_000_000).toFixed(1)} MB` : `${(bytes / 1_000_000_000).toFixed(1)} GB`;
}

/** A name or path that anybody may have made up, for a person: what cannot be seen, or turns what stands behind it around, is marked, and of a long one the middle left out. */
export function legible(path: string, most = 160): string {
  const plain = path.replace(/\p{Cc}|(?![\u200c\u200d])\p{Cf}/gu, "\ufffd");
  const letters = plain.length > most ? Array.from(plain) : [];
  const half = Math.floor(most / 2);
  return letters.length > most ? `${letters.slice(0, half).join("")}…${letters.slice(-half).join("")}` : plain;
}

function oddName(name: string): string {
  const shown = legible(name, 40);
  if (new TextEncoder().encode(name).length > Limits.MaxNameBytes)
    return `“${shown}” is longer than ${Limits.MaxNameBytes} bytes`;
  return `“${shown}” is no name that a room shows`;
}
