import type { Manifest } from "../rooms/Manifest.ts";
import type { HubFrame } from "../wire/HubFrame.ts";
import type { MemberId, StreamId } from "../wire/Ids.ts";
import type { RecordView } from "../wire/RecordView.ts";
import { Code } from "../wire/Refusal.ts";
import type { RoomError } from "./RoomError.ts";
import type { Connection } from "./view.ts";

/** What of a room's course the people in it are told. */
export interface RoomListener {
  connection(state: Connection, problem: RoomError | undefined): void;
  manifest(newest: Manifest): void;
  /** This member's role or keys are others now: they are to be kept. */
  keys(): void;
  /** Someone's session began, ended, or became known. @param came someone is here who was not, to this page's knowledge */
  members(came: boolean): void;
  relayed(record: RecordView, memberId: MemberId, payload: Uint8Array): void;
  /** To an owner: somebody knocks; or who knocked was answered, or has gone; or the hub has read as far as a ping of theirs. */
  knock(frame: Extract<HubFrame, { type: "knocked" | "knockEnded" | "pong" }>): Promise<void>;
  unsaved(): void;
  /** The hub's disk is full: it lets one read on, and takes nothing for now. */
  full(problem: RoomError): void;
  /** The hub does not let this connection follow the stream; the rest of the room goes on. */
  unread(stream: StreamId, problem: RoomError): void;
  /** The list of alarms is another one. */
  alarmed(): void;
  /** Something of a member's came as it happened, that only members can make. */
  heard(member: MemberId): void;
  /** A room in memory came back under a new incarnation: all chains began anew. */
  rebuilt(incarnation: Uint8Array): void;
  /** The room is gone on the server. @returns whether it stands there again, may come back, is not taken in for now, or is gone for good. */
  lost(): Promise<"back" | "wait" | "crowded" | "gone">;
}

/** What the server said where it disowns a log that it had (W4). */
export const NOT_HELD = "the server no longer holds the history that was seen here before";

/** What is said of a room in memory that its server lost, while it may come back. */
export const AWAY =
  "The server restarted and no longer has this ephemeral room. Keep this page open: the room comes back from the page of anyone who may edit it and still has it open.";

/** What is said to who is not let in because the room holds as many as it may (S4). */
export const FULL =
  "The room is full: it takes in no more pages, or you have too many tabs of it open. Keep this page open: it comes in when one is closed.";

/** What is said of changes that came when the room was read-only already. */
export const CLOSED = "The owner had made the room read-only before they reached the server.";

/** What is said where the keys that were kept for this member do not open. */
export const USELESS =
  "The keys that were kept here for you do not open the room: they were damaged, or made for others. Ask an owner for a new link.";

/** What only time mends: whoever is told so comes back less and less often. */
export const CROWDED: ReadonlySet<number> = new Set([Code.RateLimited, Code.RoomFull, Code.StorageFailed]);

/** What no further attempt mends. */
export const FOR_GOOD: ReadonlySet<number> = new Set([
  Code.Cert,
  Code.Locked,
  Code.Removed,
  Code.Destroyed,
  Code.Origin,
  Code.Suite,
  Code.Alarm,
]);
