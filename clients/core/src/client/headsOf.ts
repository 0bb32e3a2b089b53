import type { RoomSync } from "./RoomSync.ts";

/** A member's own verified chains, by stream id. */
export function headsOf(sync: RoomSync): Map<string, { readonly seq: number; readonly head: Uint8Array }> {
  const heads = new Map<string, { seq: number; head: Uint8Array }>();
  for (const { id } of sync.streams) {
    const stream = sync.state.findStream(id);
    if (stream !== undefined) heads.set(id, { seq: stream.seq, head: stream.head });
  }
  return heads;
}
