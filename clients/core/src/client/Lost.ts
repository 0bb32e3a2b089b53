import type * as Y from "yjs";
import { Limits } from "../limits.ts";
import type { NodeId } from "../wire/Ids.ts";
import type { RoomSync } from "./RoomSync.ts";
import { insertedBy, textOf } from "./retyping.ts";
import { splitUpdate } from "./splitUpdate.ts";
import type { Timer } from "./World.ts";

/** How long a file of a rebuilt room may lack its text before what this machine has of it is offered as a copy. */
export const TEXT_WITHIN_MS = 30_000;
export const DID_NOT_COME_BACK =
  "The server restarted and this file's text did not come back with the room. Copy it from here into a file.";
export const CAME_BACK_OTHERWISE =
  "The server restarted and this file came back from a member's copy that was not as yours. Copy from here what is missing.";

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

/** E7: the text as edits of the one Yjs client that brings it. */
export function piecesOf({ base, bringer }: Pick<Lost, "base" | "bringer">): readonly Uint8Array[] {
  return splitUpdate(insertedBy(bringer, textOf(base)), Limits.MaxPayloadBytes) ?? [];
}
