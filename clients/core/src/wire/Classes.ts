/**
 * The record classes: the one table that parsing, judging and padding read (PROTOCOL.md section 5). Its twin is Classes.cs.
 */
export const RecordClass = {
  Edit: 1,
  Tree: 2,
  Delete: 3,
  Chat: 4,
  Presence: 5,
  Signal: 6,
  Snapshot: 7,
  Disclosure: 8,
  Run: 9,
  Rpc: 10,
  Bytes: 11,
  Media: 12,
  Fence: 13,
  Attest: 14,
  Profile: 15,
} as const;
export type RecordClass = (typeof RecordClass)[keyof typeof RecordClass];

export const Role = { Viewer: 1, Editor: 2, Owner: 3 } as const;
export type Role = (typeof Role)[keyof typeof Role];

export const Policy = {
  ReadOnly: 1,
  ViewersMayChat: 2,
  ViewersMayCall: 4,
  Ai: 8,
  Runs: 16,
  Screen: 32,
  Calls: 64,
} as const;
export const ALL_POLICIES = 127;

/** The streams a class may stand on; "content" is the tree, the chat and every file. */
export type StreamKind = "control" | "tree" | "chat" | "runs" | "presence" | "files" | "content";
/** The exact form of a class's clear part. */
export type ClearShape = "empty" | "tree" | "node" | "blobs" | "snapshot" | "run" | "credit" | "hash";

export interface ClassRow {
  readonly name: string;
  readonly durable: boolean;
  readonly signed: boolean;
  readonly clear: ClearShape;
  readonly stream: StreamKind;
  /** The least role that may write the class at all. */
  readonly leastRole: Role;
  /** The policy bit that lets a viewer write it, or 0. */
  readonly viewerPolicy: number;
  /** Whether read-only stops everyone but owners. */
  readonly readOnlyStops: boolean;
  /** Laid out, and refused until the feature that gives it behaviour exists. */
  readonly reserved: boolean;
  readonly padded: boolean;
  /** The policy bit without which nobody may write it, owners neither; or 0. */
  readonly wantsPolicy: number;
}

function row(
  name: string,
  life: "durable" | "ephemeral",
  signed: boolean,
  clear: ClearShape,
  stream: StreamKind,
  leastRole: Role,
  more: Partial<Pick<ClassRow, "viewerPolicy" | "wantsPolicy" | "readOnlyStops" | "reserved" | "padded">> = {},
): ClassRow {
  const rest = { viewerPolicy: 0, wantsPolicy: 0, readOnlyStops: false, reserved: false, padded: true, ...more };
  return { name, durable: life === "durable", signed, clear, stream, leastRole, ...rest };
}

const { Viewer, Editor, Owner } = Role;
const stopped = { readOnlyStops: true };
const reserved = { reserved: true };

/** By class number; undefined for numbers that are no class. */
export const Classes: readonly (ClassRow | undefined)[] = [
  undefined,
  row("edit", "durable", true, "empty", "files", Editor, stopped),
  row("tree", "durable", true, "tree", "tree", Editor, stopped),
  row("delete", "durable", true, "node", "tree", Editor, stopped),
  row("chat", "durable", true, "blobs", "chat", Editor, { viewerPolicy: Policy.ViewersMayChat }),
  row("presence", "ephemeral", false, "empty", "presence", Viewer),
  row("signal", "ephemeral", true, "empty", "control", Viewer),
  row("snapshot", "durable", true, "snapshot", "content", Editor),
  row("disclosure", "durable", true, "empty", "control", Editor),
  row("run", "durable", true, "run", "runs", Editor, { ...stopped, wantsPolicy: Policy.Runs }),
  row("rpc", "ephemeral", true, "empty", "control", Editor, reserved),
  row("bytes", "ephemeral", true, "credit", "control", Editor, { ...reserved, padded: false }),
  row("media", "ephemeral", false, "empty", "control", Editor, {
    viewerPolicy: Policy.ViewersMayCall,
    ...reserved,
    padded: false,
  }),
  row("fence", "durable", true, "empty", "content", Owner),
  row("attest", "durable", true, "hash", "content", Editor, reserved),
  row("profile", "durable", true, "empty", "control", Viewer),
];

/** J6 without its name for the refusal: whether this role may write this class under these policy bits. */
export function mayWrite(recordClass: number, role: Role, policy: number): boolean {
  const row = Classes[recordClass];
  if (row === undefined || row.reserved) return false;
  if ((policy & row.wantsPolicy) !== row.wantsPolicy) return false;
  if (row.readOnlyStops && role !== Role.Owner && (policy & Policy.ReadOnly) !== 0) return false;
  return role >= row.leastRole || (role === Role.Viewer && (policy & row.viewerPolicy) !== 0);
}
