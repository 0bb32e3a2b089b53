import type { TreeNode } from "@coterie/core";
import { Limits } from "@coterie/core/limits.ts";
import { sealedBytes } from "@coterie/core/rooms/Blob.ts";
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
export interface Terms {
  /** Of a file that is no text. */
  readonly file: number;
  /** Of all such files together, as they lie at the server. */
  readonly free: number;
  /** What is known to be no text, and what to be one: all of it, where it might be more than `free`. */
  readonly noTexts: ReadonlySet<Incoming>;
  readonly texts: ReadonlySet<Incoming>;
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
  /** Of the clashing files those that have as many bytes as what is there: very likely the same, which takes no space anew. */
  readonly alike: ReadonlySet<Incoming>;
  readonly terms: Terms;
}

/** What of a plan the room has space for. */
export interface Fitting {
  readonly files: readonly Incoming[];
  /** There is no space for these. */
  readonly stays: readonly Incoming[];
  /** Texts beyond what may come at once, as far as it is known what is a text. */
  readonly tooMuch: readonly Incoming[];
  /** Bytes at the server of all that is no text, whether it fits or not. */
  readonly needs: number;
}

/**
 * Judges what was gathered before anything is read: sizes, names, depth, and how many nodes the room still takes.
 * @param parent where it goes: a folder's id, or undefined for the top
 */
export function planOf(gathered: Gathered, nodes: readonly TreeNode[], parent: string | undefined, terms: Terms): Plan {
  const base = nodes.find(({ id }) => id === parent)?.path;
  const deep = base === undefined ? 0 : base.split("/").length;
  const there = new There(nodes, parent, [...gathered.files.map(({ path }) => path), ...gathered.emptyFolders]);
  const files: Incoming[] = [];
  const folders = new Set<string>();
  const leftOut: LeftOut[] = [];
  const clashes: string[] = [];
  const alike = new Set<Incoming>();
  let left = Limits.MaxNodes - nodes.length;

  /** Folders above a path, and itself where it is one, that are not there yet. */
  const missing = (path: string, isFolder: boolean) => {
    const names = path.split("/");
    const above = names.slice(0, isFolder ? names.length : -1).map((_, nth) => names.slice(0, nth + 1).join("/"));
    return above.filter((folder) => !folders.has(folder) && there.folder(folder) === undefined);
  };
  /** What of a path cannot come: itself, or the first folder on the way to it that cannot. */
  const faultOf = (path: string, isFolder: boolean): LeftOut | undefined => {
    const names = path.split("/");
    const upTo = (count: number) => names.slice(0, count).join("/") + (count < names.length || isFolder ? "/" : "");
    const odd = names.findIndex((name) => !isNodeName(name));
    if (odd !== -1) return { path: upTo(odd + 1), why: oddName(names[odd]!) };
    const most = Limits.MaxDepth + 1 - deep;
    if (names.length > most) return { path: upTo(most + 1), why: `more than ${Limits.MaxDepth} folders deep` };
    if (missing(path, isFolder).length + 1 <= left) return undefined;
    return {
      path: upTo(names.length),
      why: `the room takes ${Limits.MaxNodes.toLocaleString()} files and folders at most`,
    };
  };
  const told = new Set<string>();
  const leave = (fault: LeftOut) => {
    if (!told.has(fault.path)) leftOut.push(fault);
    told.add(fault.path);
  };
  const takeFolders = (path: string, isFolder: boolean) => {
    for (const folder of missing(path, isFolder)) {
      folders.add(folder);
      left--;
    }
  };

  for (const file of gathered.files) {
    const { path, size } = file;
    const large = tooLarge(file, terms);
    const fault = large === undefined ? faultOf(path, false) : { path, why: large };
    if (fault !== undefined) {
      leave(fault);
      continue;
    }
    takeFolders(path, false);
    const before = there.file(path);
    if (before) clashes.push(path);
    else left--;
    if (before?.content?.size === size) alike.add(file);
    files.push(file);
  }
  for (const path of gathered.emptyFolders) {
    const fault = faultOf(path, true);
    if (fault === undefined) takeFolders(path, true);
    else leave(fault);
  }
  return { files, folders: [...folders], leftOut: [...leftOut, ...gathered.leftOut], clashes, alike, terms };
}

/** What comes of a plan, as the person decided about names that are there already: one file after the other, as long as there is space for it. */
export function fitting({ files, clashes, alike, terms }: Plan, clash: Clash): Fitting {
  const { noTexts, texts } = terms;
  const clashing = new Set(clashes);
  const wanted = clash === "leave" ? files.filter(({ path }) => !clashing.has(path)) : files;
  const comes: Incoming[] = [];
  const stays: Incoming[] = [];
  const tooMuch: Incoming[] = [];
  let [needs, left, leftOfTexts] = [0, terms.free, mostOfTexts];
  for (const file of wanted) {
    const isText = texts.has(file) || file.size > terms.file; // that large it comes as a text or not at all
    if (isText && file.size > leftOfTexts) {
      tooMuch.push(file);
      continue;
    }
    if (isText) leftOfTexts -= file.size;
    const isFree = !noTexts.has(file) || (clash === "replace" && alike.has(file));
    const bytes = isFree ? 0 : sealedBytes(file.size);
    needs += bytes;
    if (bytes > left) stays.push(file);
    else {
      left -= bytes;
      comes.push(file);
    }
  }
  return { files: comes, stays, tooMuch, needs };
}

/** Files that the room has no space for, as one line. */
export function noSpaceFor(files: readonly Incoming[], free: number): readonly LeftOut[] {
  return oneLine(files, `${megabytes(free)} are free in the room: delete what nobody needs`);
}

/** Texts beyond what may come at once, as one line. */
export function tooMuchOf(files: readonly Incoming[]): readonly LeftOut[] {
  return oneLine(files, `all texts that come at once may have ${megabytes(mostOfTexts)}`);
}

function oneLine(files: readonly Incoming[], why: string): readonly LeftOut[] {
  const [first, ...others] = files;
  if (first === undefined) return [];
  return [{ path: first.path, why: `${megabytes(sizeOf(files))}, and ${why}`, more: others.map(({ path }) => path) }];
}

export function sizeOf(files: readonly Incoming[]): number {
  return files.reduce((sum, { size }) => sum + size, 0);
}

function tooLarge(file: Incoming, { file: most, noTexts }: Terms): string | undefined {
  const { size } = file;
  if (size <= most) return undefined;
  if (noTexts.has(file) || most >= mostOfText) return `${megabytes(size)}: a file may have ${megabytes(most)} here`;
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
