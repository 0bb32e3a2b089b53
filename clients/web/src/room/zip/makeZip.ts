import type { TreeNode } from "@coterie/core";
import type { Part } from "./packer.ts";
import type { Packed } from "./safeNames.ts";

/** So many files are asked for before their turn comes, and of those that are no text so many bytes, or one. */
const readAhead = 16;
const bytesAhead = 16_000_000;

export type FileContent = string | Uint8Array<ArrayBuffer>;

interface Hands {
  /** What a file holds; undefined where it is no more. Rejects where it cannot be had. */
  readonly read: (node: TreeNode) => Promise<FileContent | undefined>;
  readonly pack: (part: Part) => Promise<Uint8Array<ArrayBuffer>[]> | Uint8Array<ArrayBuffer>[];
  readonly write: (bytes: Uint8Array<ArrayBuffer>) => Promise<void>;
  readonly onDone: (files: number) => void;
  readonly signal: AbortSignal;
}

export interface Made {
  readonly files: number;
  readonly bytes: number;
  /** Paths of files that were deleted meanwhile, and of those that could not be read. */
  readonly gone: readonly string[];
  readonly unread: readonly string[];
}

/**
 * Makes an archive, one entry after the other: what was read is packed and written before more wait than `readAhead` and `bytesAhead` allow.
 * @throws what `pack` and `write` do, and the signal's reason as soon as it is given
 */
export async function makeZip(packed: readonly Packed[], { read, pack, write, onDone, signal }: Hands): Promise<Made> {
  const asking = packed.flatMap(({ node }) => (node.kind === "folder" ? [] : [node]));
  const waiting: { readonly read: Promise<Read>; readonly bytes: number }[] = [];
  let [asked, files, done, bytes] = [0, 0, 0, 0];
  const gone: string[] = [];
  const unread: string[] = [];
  const ended = new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
  ended.catch(() => {});
  const sooner = <T>(work: T | Promise<T>) => Promise.race([ended, work]);
  const out = async (part: Part) => {
    for (const chunk of await sooner(pack(part))) {
      await sooner(write(chunk));
      bytes += chunk.length;
    }
  };
  for (const { path, node } of packed) {
    signal.throwIfAborted();
    if (node.kind === "folder") {
      await out({ path });
      continue;
    }
    while (asked < asking.length && mayAsk(waiting, asking[asked]!)) {
      const next = asking[asked++]!;
      waiting.push({ read: reading(read(next)), bytes: bytesOf(next) });
    }
    const result = await sooner(waiting.shift()!.read);
    if (result === "unread") unread.push(node.path);
    else if (result.content === undefined) gone.push(node.path);
    else {
      await out({ path, content: result.content });
      files++;
    }
    onDone(++done);
  }
  await out({});
  return { files, bytes, gone, unread };
}

function bytesOf(node: TreeNode): number {
  return node.content?.size ?? 0;
}

function mayAsk(waiting: readonly { readonly bytes: number }[], next: TreeNode): boolean {
  const bytes = waiting.reduce((sum, each) => sum + each.bytes, bytesOf(next));
  return waiting.length === 0 || (waiting.length < readAhead && bytes <= bytesAhead);
}

type Read = { readonly content: FileContent | undefined } | "unread";

async function reading(content: Promise<FileContent | undefined>): Promise<Read> {
  try {
    return { content: await content };
  } catch {
    return "unread";
  }
}
