import type { Program, Room, TreeNode } from "@coterie/core";
import { Limits } from "@coterie/core/limits.ts";
import { readTexts } from "../symbols/readTexts.ts";

type RunFile = Program["files"][number];

/** So many texts, and bytes of them, go along without anybody choosing; of more only those beside the program. */
const mostTexts = 200;
const mostBytes = 4_000_000;
/** A larger file that is no text stays. */
const mostOfBinary = 1_000_000;

const encoder = new TextEncoder();

/** What goes along with a program. */
export interface Gathered {
  readonly files: readonly RunFile[];
  readonly bytes: number;
  /** Whether it is less than all texts of the room. */
  readonly partly: boolean;
}

/** The texts that go along by their number alone: all of the room; where these are too many, those at its root and in the program's folder there. */
export function textsWith(nodes: readonly TreeNode[], entry: TreeNode): readonly TreeNode[] {
  const texts = nodes.filter(({ kind }) => kind === "file");
  return texts.length <= mostTexts ? texts : beside(texts, entry);
}

export function beside(nodes: readonly TreeNode[], entry: TreeNode): readonly TreeNode[] {
  const folder = topOf(entry);
  return nodes.filter((node) => topOf(node) === "" || topOf(node) === folder);
}

/** The name of the folder at the root in which it lies; "" at the root. */
function topOf({ path }: TreeNode): string {
  const slash = path.indexOf("/");
  return slash < 0 ? "" : path.slice(0, slash);
}

/**
 * Reads what goes along, as this page shows it, with one's own edits that nobody else has yet.
 * @param only paths of all that may. @throws Error whose text is for a person
 */
export async function gather(
  room: Room,
  entry: TreeNode,
  signal: AbortSignal,
  only?: ReadonlySet<string>,
): Promise<Gathered> {
  const nodes = room.tree.view.get().filter(({ path }) => only?.has(path) ?? true);
  const all = nodes.filter(({ kind }) => kind === "file");
  let chosen = only ? all : textsWith(nodes, entry);
  const texts = await read(room, chosen, signal);
  const size = (of: readonly TreeNode[]) => of.reduce((sum, { id }) => sum + (texts.get(id)?.length ?? 0), 0);
  if (size(chosen) > mostBytes) chosen = beside(chosen, entry);
  const files = chosen.flatMap(({ id, path }): RunFile[] => {
    const bytes = texts.get(id);
    return bytes ? [{ path, bytes }] : [];
  });
  if (!files.some(({ path }) => path === entry.path)) throw new Error(`${entry.shownName} could not be read.`);
  const partly = chosen.length < all.length;
  let bytes = size(chosen);
  const binaries = nodes.filter(
    ({ kind, content }) => kind === "binary" && (content?.size ?? mostOfBinary) < mostOfBinary,
  );
  for (const { path, content } of partly ? beside(binaries, entry) : binaries) {
    if (files.length >= Limits.MaxRunFiles || bytes + content!.size > mostBytes) break;
    const whole = await room.blobs.get(content, { signal }).catch(() => undefined);
    if (whole === undefined) continue;
    files.push({ path, bytes: whole });
    bytes += whole.length;
  }
  return { files, bytes, partly };
}

function read(room: Room, nodes: readonly TreeNode[], signal: AbortSignal): Promise<Map<string, Uint8Array>> {
  return new Promise((resolve, reject) => {
    const texts = new Map<string, Uint8Array>();
    let left = nodes.length;
    const end = readTexts(
      room,
      nodes.map(({ id }) => id),
      {
        take: async (id, text) => {
          if (text !== undefined) texts.set(id, encoder.encode(text));
          left -= 1;
          if (left === 0) resolve(texts);
        },
      },
    );
    if (left === 0) resolve(texts);
    signal.addEventListener("abort", () => {
      end();
      reject(signal.reason);
    });
  });
}
