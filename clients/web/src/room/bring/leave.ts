import { type Content, contentOf, type Progress, type Room, RoomError } from "@coterie/core";
import { Limits } from "@coterie/core/limits.ts";
import type { Blob } from "@coterie/core/rooms/Blob.ts";
import { Code } from "@coterie/core/wire/Refusal.ts";
import type { Incoming } from "./Incoming.ts";
import { megabytes, mostOfText, mostOfTexts, type Space } from "./plan.ts";
import { headBytes, mayBeText } from "./textIn.ts";

/** From this part on the space that a room has for files is said to be nearly full. */
const nearly = 0.9;

/** Bytes that a file that is no text may have in this room; as long as the server has not said it, what any server takes. */
export function mostOfFile(room: Room): number {
  return room.blobs.storage.get()?.most ?? Limits.MaxBlobBytes;
}

/** Bytes of all that may come at once. */
export function mostAtOnce(room: Room): number {
  const storage = room.blobs.storage.get();
  return mostOfTexts + (storage ? storage.room - storage.used : 0);
}

/** What of these files may come into the room. Of those that may only if they are texts, the beginning is read, where that costs nothing. */
export async function spaceFor(room: Room, files: readonly Incoming[]): Promise<Space> {
  const most = mostOfFile(room);
  const doubtful = files.filter(({ file, size }) => file && size > most && size <= mostOfText);
  const noTexts = new Set<Incoming>();
  for (const each of doubtful) {
    const head = await each
      .file!.slice(0, headBytes)
      .arrayBuffer()
      .catch(() => undefined); // told when it is read
    if (head && !mayBeText(new Uint8Array(head))) noTexts.add(each);
  }
  return { file: most, all: mostAtOnce(room), noTexts };
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
 * @throws RoomError where the server does not take it, and what reading does
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
    throw new Error(
      `the room has no space for it: ${megabytes(storage.used)} of ${megabytes(storage.room)} for files are used. Delete some that nobody needs`,
    );
  }
}

/** Words for a person where the room's space for files is nearly used up. */
export function nearlyFull(room: Room): string | undefined {
  const storage = room.blobs.storage.get();
  if (storage === undefined || storage.used < nearly * storage.room) return undefined;
  return `The room's space for pictures and other files is nearly full: ${megabytes(storage.used)} of ${megabytes(storage.room)}.`;
}
