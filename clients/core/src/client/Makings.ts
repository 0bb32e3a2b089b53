import { type TreeChange, TreeKind } from "../rooms/TreeChange.ts";
import type { NodeId, StreamId } from "../wire/Ids.ts";
import type { RoomSync } from "./RoomSync.ts";

/**
 * The texts that this member makes and that stand in no log yet. What is written in one goes behind its making, its first record in the
 * same message (T12): nobody is shown an empty file in between, whatever becomes of this page, and a hub refuses what comes before.
 */
export class Makings {
  readonly #sync: RoomSync;
  /** Whether its making was sent in the current session. */
  readonly #sent = new Map<StreamId, boolean>();

  constructor(sync: RoomSync) {
    this.#sync = sync;
  }

  /** A text is to be made, if the log does not have it; or that was sent in a session that is over. */
  begin(text: StreamId | undefined): void {
    if (text !== undefined && !this.#isThere(text)) this.#sent.set(text, false);
  }

  sent(text: StreamId): void {
    if (this.has(text)) this.#sent.set(text, true);
  }

  /** It stands in the log now, whoever made it, or never will. */
  end(text: StreamId | undefined): void {
    if (text === undefined || !this.#sent.delete(text)) return;
    const stream = this.#sync.followed(text);
    if (this.#isThere(text)) stream?.seal();
    else stream?.abandon();
  }

  /** It may be made by another: several bring a lost room back, and the first counts. */
  #isThere(text: StreamId): boolean {
    return this.#sync.state.tree.get(text as string as NodeId) !== undefined;
  }

  has(text: StreamId): boolean {
    return this.#sent.has(text);
  }

  /** Whether nothing may be sent into it yet. */
  withholds(text: StreamId): boolean {
    return this.#sent.get(text) === false;
  }

  /** A stream was answered, or is followed no more: the making of its text may have waited for that. */
  goOn(): void {
    this.#sync.followed(this.#sync.state.streams.tree)?.seal();
  }
}

/** The stream of the text that a change makes; undefined where it makes none. */
export function textMadeBy({ kind, node }: TreeChange): StreamId | undefined {
  return kind === TreeKind.CreateFile ? (node as string as StreamId) : undefined;
}
