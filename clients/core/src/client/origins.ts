/** Where a change of a live document comes from, where nobody has just typed it. Whoever binds an editor brings origins of their own. */

export const FROM_LOG = Symbol("from the log");
/** Own edits of an earlier visit: sent like typing, never taken back by undo. */
export const FROM_OUTBOX = Symbol("from the outbox");
/** What was typed once, in a text that the log did not take: sent like typing, never taken back by undo. */
export const TYPED_AGAIN = Symbol("typed again");

/** What this person does, for an undo manager: all but the above. */
export class OwnOrigins extends Set<unknown> {
  /** Yjs asks for an origin and, failing that, for its constructor. */
  override has(origin: unknown): boolean {
    return typeof origin !== "symbol" && origin !== Symbol;
  }
}
