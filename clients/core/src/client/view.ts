import type { Blob } from "../rooms/Blob.ts";
import type { RunEnded } from "../runs/RunEnded.ts";
/**
 * What a user interface may know of a room: plain immutable values, replaced whole when something changes, so that a
 * view library can compare them by identity. Nothing here holds a key.
 */

export type Connection = "connecting" | "connected" | "reconnecting" | "offline" | "ended";
export type RoleName = "viewer" | "editor" | "owner";
export type RoomKind = "memory" | "permanent";

/** What an alarm is about; what people are told of each stands in `ALARM_WORDS`. */
export type AlarmKind =
  | "forked-manifests" // M6
  | "hidden-manifests" // on the way in: fewer rules, or others, than were seen
  | "other-room" // K4, M2, M3
  | "begun-anew" // a permanent room's logs
  | "forked-history" // J10, P2
  | "broken-chain" // J14
  | "rolled-back" // J16, N6, W4
  | "bad-ack" // J15
  | "false-snapshot" // N5
  | "hub-fault" // J13
  | "stale-view"; // nothing is heard of the others, or not all

/** Something the room cannot go on after, or must shout about. */
export interface Alarm {
  readonly id: number;
  readonly kind: AlarmKind;
  /** The rule that was broken. */
  readonly rule: string;
  /** What happened, in a sentence. */
  readonly text: string;
  /** Stream id (hex), position, and the own head there (hex). */
  readonly stream: string | undefined;
  readonly seq: number | undefined;
  readonly head: string | undefined;
  /** Whose records or words it is about: member ids (hex). */
  readonly members: readonly string[];
  /** Milliseconds since 1970 by this machine's clock. */
  readonly at: number;
  /** Of a stale view: when the others were last heard. */
  readonly heardAt: number | undefined;
  /** Whether there is something that shows it to others: `Room.evidence`. */
  readonly evidence: boolean;
}

export interface RoomView {
  /** Crockford base32, 26 characters. */
  readonly id: string;
  readonly title: string;
  readonly kind: RoomKind;
  readonly connection: Connection;
  /** Why the room ended or cannot connect, in words for a person, with what to do next. */
  readonly problem: { readonly code: number; readonly text: string } | undefined;
  /** Local changes that no durable ack covers yet. A permanent room is "Saved" only at 0. */
  readonly unsaved: number;
  readonly notTaken: readonly NotTaken[];
  readonly role: RoleName;
  readonly readOnly: boolean;
  /** Whether an owner lets in who comes new. */
  readonly byApproval: boolean;
  /** Whether the rules let in listed members only. */
  readonly locked: boolean;
  /** Whether the server forgets what a snapshot covers (H10). */
  readonly forgets: boolean;
  /** What the owners left switched on. */
  readonly allows: { readonly [Feature in SwitchedFeature]: boolean };
  /** Whether this member may edit files and the tree now (role and read-only switch). */
  readonly canEdit: boolean;
  readonly canChat: boolean;
  /** Whether the room's address together with a password opens it, without a link. */
  readonly passwordOpens: boolean;
  /** The strongest link that this member can give on now. */
  readonly invitesAs: "editor" | "viewer" | undefined;
  /** When the links and the password stop opening it, in milliseconds since 1970; undefined where they do not. */
  readonly linksUntil: number | undefined;
  readonly words: readonly string[];
  readonly alarms: readonly Alarm[];
  /** Who waits to be let in; to owners only. Who came first stands first. */
  readonly knocking: readonly Knocker[];
  /** How many knock, to owners only, without proof that they opened a door: a flood, or a hub that makes them up. */
  readonly strangers: number;
  readonly people: readonly Person[];
}

/** How a file stands to the copies of it that others have. */
export interface Step {
  /** So many other members said lately that theirs is the same. */
  readonly withOthers: number;
  /** Whose is another (member ids, hex), although this one is as the log says. */
  readonly differs: readonly string[];
}

export interface Knocker {
  /** Hex of the member id that they would have. */
  readonly memberId: string;
  /** As they call themselves. */
  readonly name: string;
  /** What their link or password would give. */
  readonly role: "viewer" | "editor";
  /** They know the room's password, and no link. */
  readonly byPassword: boolean;
}

/** What owners can switch off for everybody, and let viewers do. */
export type SwitchedFeature = "ai" | "runs" | "screen" | "calls" | "viewersChat" | "viewersCall";

/** What was typed here and will never count; until the person has taken note of it. */
export interface NotTaken {
  /** Hex of the node id. */
  readonly file: string;
  /** Undefined where the file never came to stand in the tree. */
  readonly name: string | undefined;
  readonly text: string;
  readonly why: string;
}

/** A deleted file whose unsent text was put into a new one. */
export interface RecoveredText {
  readonly file: string;
  readonly name: string;
  /** Hex of the new file's node id. */
  readonly into: string;
}

export interface Person {
  /** Hex of the member id. */
  readonly memberId: string;
  readonly name: string;
  /** CSS colour, #rrggbb. */
  readonly colour: string;
  readonly role: RoleName;
  readonly me: boolean;
  readonly live: boolean;
  /** Live sessions (tabs). */
  readonly sessions: number;
  /** Node id (hex) of the file they are in. */
  readonly file: string | undefined;
  readonly typing: boolean;
  readonly typingInChat: boolean;
  /** All their pages are hidden, or they said so. */
  readonly away: boolean;
  /** What they say they are here with. */
  readonly client: ClientName;
  /** When this page saw them go, in milliseconds since 1970; undefined while they are here, and where it was not here then. */
  readonly leftAt: number | undefined;
  /** Whether the person at this machine has compared their words (K13). */
  readonly verified: boolean;
  /** Nothing came from their hands for a while. */
  readonly idle: boolean;
  /** Member id (hex) of whom they follow. */
  readonly following: string | undefined;
}

export type ClientName = "browser" | "terminal" | "editor" | "agent";

export interface TreeNode {
  /** Hex of the node id, which is the file's stream id. */
  readonly id: string;
  /** Hex, or undefined at the root. */
  readonly parent: string | undefined;
  /** A file is a text; a binary file's content is a blob. */
  readonly kind: "file" | "folder" | "binary";
  /** What a binary file holds; undefined where its key is not known, and of all others. */
  readonly content: Blob | undefined;
  /** The name as its creator gave it. */
  readonly name: string;
  /** The name with a suffix where an earlier sibling bears the same (T6). */
  readonly shownName: string;
  /** From the root, joined by "/". */
  readonly path: string;
  readonly creator: string;
  /** It is to be made: nobody else sees it yet. */
  readonly pending: boolean;
  /** Whether this member may delete it now (T4); if not, who may, in words. */
  readonly mayDelete: boolean;
  readonly deletableBy: string;
  /** What keeps this member from deleting a folder of their own: what others made in it, with who did. */
  readonly othersInside: readonly string[];
}

export interface ChatMessage {
  readonly id: string;
  readonly memberId: string;
  readonly name: string;
  /** The one behind the name, where others have it too. */
  readonly number: number | undefined;
  readonly colour: string;
  readonly text: string;
  /** Milliseconds since 1970 by the hub's clock; display only. */
  readonly time: number;
  readonly state: "sending" | "sent" | "refused";
  /** Whether somebody else mentions me in it (T10). */
  readonly forMe: boolean;
  /** Why it was refused, in words for a person. */
  readonly why: string | undefined;
}

/** A peer's live place in a file; anchor and head are encoded Yjs relative positions. */
export interface Cursor {
  readonly session: string;
  readonly memberId: string;
  readonly name: string;
  readonly colour: string;
  readonly file: string;
  readonly typing: boolean;
  readonly away: boolean;
  readonly idle: boolean;
  readonly topLine: number;
  readonly selections: readonly { readonly anchor: Uint8Array; readonly head: Uint8Array }[];
  /** Milliseconds since 1970 by this machine's clock, when it last said another place. */
  readonly movedAt: number;
}

/** Someone who follows me. */
export interface Follower {
  readonly memberId: string;
  readonly name: string;
  readonly colour: string;
}

/** Whom I follow. */
export interface Followed extends Follower {
  /** Because they asked everyone to. */
  readonly called: boolean;
  /** Following them leads back to me, so that nobody's page moves by it. */
  readonly held: boolean;
}

/** Someone asks everyone to follow them. */
export interface Invitation extends Follower {
  readonly request: number;
}

/** A range that someone highlighted for everyone; start and end are encoded Yjs relative positions. */
export interface Highlight extends Follower {
  readonly id: string;
  readonly file: string;
  readonly start: Uint8Array;
  readonly end: Uint8Array;
  /** Whether this member may take it away: their own, or as an owner anybody's. */
  readonly mayClear: boolean;
}

/** A program that the server ran, or runs, for somebody in the room. */
export interface RunView {
  /** Hex of the run id. */
  readonly id: string;
  readonly memberId: string;
  /** Of who ran it. */
  readonly name: string;
  readonly number: number | undefined;
  readonly colour: string;
  /** Whether I ran it, on whatever page. */
  readonly mine: boolean;
  /** The id of its language. */
  readonly language: string;
  /** The path of the file that it began with. */
  readonly entry: string;
  readonly terminal: boolean;
  /** Milliseconds since 1970 by the hub's clock; display only. */
  readonly time: number;
  /** Whether everyone in the room may type. */
  readonly shared: boolean;
  /** How it ended, by the word of who ran it; undefined until they say so. */
  readonly ended: RunEnded | undefined;
}

/** How a node came to be deleted. */
export interface Deletion {
  readonly by: string | undefined;
  /** Whether this member did it, in any of their tabs. */
  readonly mine: boolean;
  /** The name of the deleted folder that took the node along. */
  readonly folder: string | undefined;
}
