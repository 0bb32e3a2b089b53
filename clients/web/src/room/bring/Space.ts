import { Observable, type Room, type StorageView } from "@coterie/core";
import { sealedBytes } from "@coterie/core/rooms/Blob.ts";
import { afterBurst } from "../../app/afterBurst.ts";

/** From this part on the space that a room has for files is nearly used up. */
const nearly = 0.9;

/**
 * How full the room is of what is no text. The server says it when one comes in and before it takes something (B7); what came and went since
 * then is seen in the tree.
 *
 * Always: what was left at the server and has no node yet is counted once, as of the first word of the server after which nothing is under way.
 */
export class Space {
  /** Undefined until the server has said it. */
  readonly view = new Observable<StorageView | undefined>(undefined);
  readonly #room: Room;
  readonly #busy: () => boolean;
  /** What counts beside the content of living nodes, or less where these say more than they hold; undefined until it is known after the newest word of the server. */
  #rest: number | undefined;

  /** @param busy whether this page leaves files at the server that have no nodes yet */
  constructor(room: Room, busy: () => boolean) {
    this.#room = room;
    this.#busy = busy;
    const { blobs, tree } = room;
    blobs.storage.subscribe(() => {
      this.#rest = undefined;
      this.look();
    });
    const look = () => this.look();
    tree.view.subscribe(() => afterBurst(look));
    this.look();
  }

  look(): void {
    const said = this.#room.blobs.storage.get();
    if (said === undefined) return;
    const known = this.#room.tree.isWhole && !this.#busy();
    const named = this.#named();
    if (known) this.#rest ??= said.used - named;
    this.#show(this.#rest === undefined ? said : { ...said, used: Math.max(0, named + this.#rest) });
  }

  #show(next: StorageView): void {
    const { most, room, used } = this.view.get() ?? {};
    if (next.most !== most || next.room !== room || next.used !== used) this.view.set(next);
  }

  /** Bytes at the server of what living nodes hold, by their authors' word. */
  #named(): number {
    const seen = new Set<string>();
    let bytes = 0;
    for (const { content } of this.#room.tree.view.get())
      if (content !== undefined && !seen.has(content.id)) {
        seen.add(content.id);
        bytes += sealedBytes(content.size);
      }
    return bytes;
  }
}

export function freeOf({ room, used }: StorageView): number {
  return Math.max(0, room - used);
}

export function isNearlyFull({ room, used }: StorageView): boolean {
  return used >= nearly * room;
}
