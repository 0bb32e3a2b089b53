import { contentOf, type Progress, type Room, RoomError } from "@coterie/core";
import type { Blob } from "@coterie/core/rooms/Blob.ts";
import { Code } from "@coterie/core/wire/Refusal.ts";
import type { Incoming } from "./Incoming.ts";
import { megabytes, mostOfText } from "./plan.ts";

/** From this part on the space that a room has for files is said to be nearly full. */
const nearly = 0.9;

/** Bytes that a file may have in this room, as long as the server has not said it: those of a text. */
export function mostOfFile(room: Room): number {
  return Math.max(room.blobs.storage.get()?.most ?? 0, mostOfText);
}

/**
 * Leaves what is no text with the server, so that a file can be made of it.
 * @throws RoomError where the server does not take it, and what reading does
 */
export async function leave(room: Room, { file }: Incoming, bytes: Uint8Array, progress: Progress): Promise<Blob> {
  const again = file && {
    size: file.size,
    read: async (from: number, to: number) => new Uint8Array(await file.slice(from, to).arrayBuffer()),
  };
  try {
    return await room.blobs.put(again ?? contentOf(bytes), progress);
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
