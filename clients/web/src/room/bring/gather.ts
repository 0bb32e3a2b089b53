import { words } from "../../app/toast.ts";
import { IgnoreRules } from "./IgnoreRules.ts";
import type { Incoming } from "./Incoming.ts";

/** More than this is no project but a disk. */
export const mostGathered = 50_000;

/** A file or folder that was left out, and why, for a person. */
export interface LeftOut {
  readonly path: string;
  readonly why: string;
  /** Paths of more that stay out for the very same reason. */
  readonly more?: readonly string[];
}

/** What the room shows by another name than it came with, because its folder has that name already in other letters: paths. */
export interface Renamed {
  readonly from: string;
  readonly to: string;
}

export interface Gathered {
  readonly files: readonly Incoming[];
  /** Folders that hold no file that comes along. */
  readonly emptyFolders: readonly string[];
  /** What is left out by rule, which nobody misses, comes last. */
  readonly leftOut: readonly LeftOut[];
}

interface Listed {
  readonly files: readonly Incoming[];
  readonly folders: readonly Folder[];
  /** What an archive holds and does not give. */
  readonly leftOut?: readonly LeftOut[];
}

/** Something that can be gone through: a folder of the desktop, of a list of picked files, or of an archive. */
export interface Folder {
  readonly name: string;
  readonly list: () => Promise<Listed>;
}

interface Wish {
  /** Takes what is left out by rule along, too. */
  readonly all: boolean;
  readonly signal: AbortSignal;
  readonly told: (count: number) => void;
}

const never = new Set([".git", "node_modules"]);

/**
 * Every file below a folder, but for what no one wants to bring along: `.git`, `node_modules`, and what a `.gitignore` on the way
 * leaves out. What cannot be read is told, not thrown. @throws where the signal says so
 */
export async function gather(top: Folder, { all, signal, told }: Wish): Promise<Gathered> {
  const files: Incoming[] = [];
  const emptyFolders: string[] = [];
  const leftOut: LeftOut[] = [];
  const byRule: LeftOut[] = [];
  const walk = async (folder: Folder, path: string, above: IgnoreRules): Promise<number> => {
    signal.throwIfAborted();
    let listed: Listed;
    try {
      listed = await folder.list();
    } catch (error) {
      leftOut.push({ path: `${path}/`, why: `cannot be read: ${unreadable(error)}` });
      return 0;
    }
    leftOut.push(...(listed.leftOut ?? []));
    const list = all ? undefined : listed.files.find((file) => nameOf(file.path) === ".gitignore");
    const rules = await above.within(list, path);
    let came = 0;
    for (const file of listed.files) {
      const why = rules.why(file.path);
      if (why !== undefined) byRule.push({ path: file.path, why });
      else if (files.length < mostGathered) came += files.push(file) && 1;
      else leftOut.push({ path: file.path, why: `more than ${mostGathered.toLocaleString()} files` });
    }
    told(files.length);
    for (const below of listed.folders) {
      const its = path === "" ? below.name : `${path}/${below.name}`;
      const why = never.has(below.name) && !all ? "left out unless asked for" : rules.why(`${its}/`);
      if (why === undefined) came += await walk(below, its, rules);
      else byRule.push({ path: `${its}/`, why });
    }
    if (came === 0 && path !== "") emptyFolders.push(path);
    return came;
  };
  await walk(top, "", new IgnoreRules());
  return { files, emptyFolders, leftOut: [...leftOut, ...byRule] };
}

/** Chromium lists nothing of a folder in which one name is not UTF-8. */
function unreadable(error: unknown): string {
  const isName = error instanceof DOMException && error.name === "EncodingError";
  return isName ? "a name in it is not in UTF-8. Rename that file and bring it in again" : words(error);
}

export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
