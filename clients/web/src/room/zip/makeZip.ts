import type { Part } from "./packer.ts";
import type { Packed } from "./safeNames.ts";

/** So many texts are asked for before their turn comes. */
const readAhead = 16;

interface Hands {
  /** The text of a file; undefined where it is no more. Rejects where it cannot be had. */
  readonly read: (id: string) => Promise<string | undefined>;
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
 * Makes an archive, one entry after the other: what was read is packed and written before more than `readAhead` texts wait.
 * @throws what `pack` and `write` do, and the signal's reason as soon as it is given
 */
export async function makeZip(packed: readonly Packed[], { read, pack, write, onDone, signal }: Hands): Promise<Made> {
  const ids = packed.flatMap(({ node }) => (node.kind === "file" ? [node.id] : []));
  const texts: Promise<Read>[] = [];
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
    while (asked < ids.length && texts.length < readAhead) texts.push(reading(read(ids[asked++]!)));
    const result = await sooner(texts.shift()!);
    if (result === "unread") unread.push(node.path);
    else if (result.text === undefined) gone.push(node.path);
    else {
      await out({ path, text: result.text });
      files++;
    }
    onDone(++done);
  }
  await out({});
  return { files, bytes, gone, unread };
}

type Read = { readonly text: string | undefined } | "unread";

async function reading(text: Promise<string | undefined>): Promise<Read> {
  try {
    return { text: await text };
  } catch {
    return "unread";
  }
}
