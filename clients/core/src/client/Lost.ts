import type * as Y from "yjs";
import type { NodeId } from "../wire/Ids.ts";
import type { RoomSync } from "./RoomSync.ts";
import type { Timer } from "./World.ts";

/** A file whose room was lost, until its text stands in the room that was made again. The live document goes on being typed in. */
export interface Lost {
  /** What the log that is no more said: what the live document has beyond it was typed here. */
  readonly base: Y.Doc;
  /** It was deleted: shown as it stood, and waited for only once it lives again, where a member who knew of no deletion brings it. */
  asleep: boolean;
  /** This member is to bring that text, if nobody else has. */
  due: boolean;
  /** The Yjs client id under which it is brought (E7). */
  readonly bringer: number;
  /** What has been brought, as far as it came in, without what others write around it. */
  brought: Y.Doc | undefined;
  /** Until this member is to bring it; and until nobody is expected to any more. */
  bringing: Timer | undefined;
  givingUp: Timer | undefined;
}

/** Whether the file stands in the log again and this page has not shown that yet, or this page is still making again what there was. */
export function mayComeBack(sync: RoomSync, id: NodeId): boolean {
  const { tree, streams } = sync.state;
  return tree.livingFile(id) || (sync.followed(streams.tree)?.unsaved ?? 0) > 0;
}
