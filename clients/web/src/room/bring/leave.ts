import { type Content, contentOf, type Progress, type Room, RoomError, type StorageView } from "@coterie/core";
import { Limits } from "@coterie/core/limits.ts";
import { type Blob, sealedBytes } from "@coterie/core/rooms/Blob.ts";
import { Code } from "@coterie/core/wire/Refusal.ts";
import type { Incoming } from "./Incoming.ts";
import { megabytes, mostOfText, mostOfTexts, type Terms } from "./plan.ts";
import { freeOf } from "./Space.ts";
import { headBytes, mayBeText } from "./textIn.ts";

/** Files whose beginning is read at a time. */
const readAtOnce = 8;

/** There is no space in the room for what was to be left with the server. */
export class NoSpace extends Error {}

/** Bytes that a file that is no text may have in this room; as long as the server has not said it, what any server takes. */
export function mostOfFile(room: Room): number {
  return room.blobs.storage.get()?.most ?? Limits.MaxBlobBytes;
}

/** Bytes of all that may come at once. */
export function mostAtOnce(space: StorageView | undefined): number {
  return mostOfTexts + (space ? freeOf(space) : 0);
}

/**
 * What of these files may come into the room. Of which are no texts the beginning tells: it is read of those that may come only if they are
 * texts, where that costs nothing, and of all where they might be more than there is space for.
 * @throws where the signal says so
 */
export async function termsFor(
  room: Room,
  space: StorageView | undefined,
  files: readonly Incoming[],
  signal: AbortSignal,
): Promise<Terms> {
  const most = mostOfFile(room);
  const free = space === undefined ? Number.POSITIVE_INFINITY : freeOf(space);
  const may = (size: number) => size <= Math.max(most, mostOfText);
  const all = files.reduce((sum, { size }) => sum + (size <= most ? sealedBytes(size) : 0), 0);
  const doubtful = files.filter(({ file, size }) => may(size) && (all > free || (file && size > most)));
  const [noTexts, texts] = [new Set<Incoming>(), new Set<Incoming>()];
  const queue = doubtful.values();
  const look = async () => {
    for (const each of queue) {
      signal.throwIfAborted();
      const head = await headOf(each).catch(() => undefined); // told when it is read
      if (head) (mayBeText(head) ? texts : noTexts).add(each);
    }
  };
  await Promise.all(Array.from({ length: readAtOnce }, look));
  return { file: most, free, noTexts, texts };
}

async function headOf({ head, read }: Incoming): Promise<Uint8Array> {
  return head ? await head(headBytes) : (await read()).subarray(0, headBytes);
}

/** Where the content of a file comes from: a file on the disk is read again, piece by piece. */
export function sourceOf({ file }: Incoming, bytes: Uint8Array): Content {
  if (!file) return contentOf(bytes);
  return {
    size: file.size,
    read: async (from, to) => new Uint8Array(await file.slice(from, to).arrayBuffer()),
  };
}

/**
 * Leaves what is no text with the server, so that a file can be made of it.
 * @throws NoSpace or RoomError where the server does not take it, and what reading does
 */
export async function leave(room: Room, file: Incoming, bytes: Uint8Array, progress: Progress): Promise<Blob> {
  try {
    return await room.blobs.put(sourceOf(file, bytes), progress);
  } catch (error) {
    const storage = room.blobs.storage.get();
    if (!(error instanceof RoomError) || storage === undefined) throw error;
    if (error.code === Code.TooLarge)
      throw new Error(`no text, and ${megabytes(bytes.length)}: such a file may have ${megabytes(storage.most)} here`);
    if (error.code !== Code.RoomFull) throw error;
    throw new NoSpace();
  }
}
