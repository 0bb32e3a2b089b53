import type { TreeNode } from "@coterie/core";
import { megabytes } from "../../bring/plan.ts";
import type { Gathered } from "../gather.ts";
import { RunFiles } from "../problems/RunFiles.ts";
import { type Compiler, mostSentBytes } from "./wandbox.ts";

/** What of a program goes to a Wandbox: it knows texts alone, and one that begins it. */
export interface Packed {
  readonly code: string;
  readonly codes: readonly { readonly file: string; readonly code: string }[];
  /** Their paths in the room, the program's first. */
  readonly paths: readonly string[];
  readonly bytes: number;
  /** Files that do not go along. */
  readonly left: number;
}

/** @param all how many files the room has. @throws Error whose text is for a person */
export function packed({ files }: Gathered, entry: TreeNode, all: number, inputBytes: number): Packed {
  const folder = folderOf(entry.path);
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  const texts = files.flatMap(({ path, bytes }) => {
    if (!path.startsWith(folder)) return [];
    try {
      return [{ path, code: decoder.decode(bytes), bytes: bytes.length }];
    } catch {
      return []; // no text
    }
  });
  const main = texts.find(({ path }) => path === entry.path);
  if (main === undefined) throw new Error(`${entry.shownName} could not be read as a text.`);
  const rest = texts.filter((each) => each !== main);
  const bytes = texts.reduce((sum, each) => sum + each.bytes, 0);
  if (bytes + inputBytes > mostSentBytes)
    throw new Error(
      `The program and what lies in its folder have ${megabytes(bytes + inputBytes)}, input included; ${megabytes(mostSentBytes)} at most are sent. Put it into a folder of its own.`,
    );
  return {
    code: main.code,
    codes: rest.map(({ path, code }) => ({ file: path.slice(folder.length), code })),
    paths: [main, ...rest].map(({ path }) => path),
    bytes,
    left: all - texts.length,
  };
}

/** Which of the room's files is meant where a Wandbox names one: the program has a name of the compiler's there, and a home lies around all. */
export function filesThere(nodes: readonly TreeNode[], entry: string, compiler: Compiler): RunFiles {
  const folder = folderOf(entry);
  const main = /\bprog\.\w+/.exec(compiler.command)?.[0] ?? `prog.${entry.split(".").at(-1)}`;
  const there = (path: string) => {
    if (path === entry) return main;
    return path.startsWith(folder) && path.slice(folder.length) !== main ? path.slice(folder.length) : undefined;
  };
  return new RunFiles(nodes, /^\/home\/[^/]+\//, there);
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/") + 1);
}
