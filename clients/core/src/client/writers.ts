import * as Y from "yjs";
import { hash } from "../keys/Hash.ts";
import type { EditState } from "../rooms/Edit.ts";
import { idBytes, type NodeId } from "../wire/Ids.ts";

/** E7: the Yjs client id under which a file's text is brought back into a rebuilt room. */
export function bringerOf(incarnation: Uint8Array, file: NodeId): number {
  const [a, b, c, d] = hash("bring", incarnation, idBytes(file)) as unknown as [number, number, number, number];
  return ((a << 24) | (b << 16) | (c << 8) | d) >>> 0;
}

/** Whether a document has structs of these Yjs clients that the log has not. */
export function isAhead(doc: Y.Doc, log: EditState, clients: Iterable<number>): boolean {
  return [...clients].some((client) => Y.getState(doc.store, client) > log.clockOf(client));
}

/** A Yjs client id that nobody has written under. */
export function unusedClient(random: (length: number) => Uint8Array, used: (id: number) => boolean): number {
  for (;;) {
    const id = new DataView(random(4).buffer).getUint32(0);
    if (!used(id)) return id;
  }
}

/** The Yjs client that wrote an update's structs; undefined where it only deletes. */
export function writerOf(update: Uint8Array): number | undefined {
  return Y.decodeUpdate(update).structs[0]?.id.client;
}
