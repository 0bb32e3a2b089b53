import { Limits } from "../../limits.ts";
import { ByteReader } from "../../wire/ByteReader.ts";
import { ByteWriter } from "../../wire/ByteWriter.ts";
import type { MemberId, NodeId } from "../../wire/Ids.ts";
import type { Parsed } from "../../wire/WireError.ts";
import { tooLarge } from "./Payload.ts";

/** The payload of class 5: where a session is, whole each time. */
export interface Presence {
  /** ROOT where no file is open. */
  readonly file: NodeId;
  /** Bits of PresenceState. */
  readonly state: number;
  readonly topLine: number;
  /** Whose file, lines and caret this session's page goes after, if anybody's. */
  readonly following: MemberId | undefined;
  readonly selections: readonly Selection[];
}

/** Two Yjs relative positions, each at most 64 bytes, not looked into here. */
export interface Selection {
  readonly anchor: Uint8Array;
  readonly head: Uint8Array;
}

export const PresenceState = { Typing: 1, TypingInChat: 2, Away: 4, Idle: 8 } as const;
const ALL_STATES = 15;
export const MAX_POSITION_BYTES = 64;

export function parsePresence(payload: Uint8Array): Parsed<Presence> {
  if (tooLarge(payload)) return { error: "TooLarge" };
  const reader = new ByteReader(payload);
  const presence: Presence = {
    file: reader.id(),
    state: reader.kind(0, ALL_STATES),
    topLine: reader.u32(),
    following: reader.list(reader.u8(), 0, 1, () => reader.id<MemberId>())[0],
    selections: reader.list(reader.u8(), 0, Limits.MaxSelections, () => ({
      anchor: reader.b16(0, MAX_POSITION_BYTES),
      head: reader.b16(0, MAX_POSITION_BYTES),
    })),
  };
  return reader.end() ?? presence;
}

export function encodePresence(presence: Presence): Uint8Array {
  const writer = new ByteWriter().id(presence.file).u8(presence.state).u32(presence.topLine);
  writer.u8(presence.following === undefined ? 0 : 1);
  if (presence.following !== undefined) writer.id(presence.following);
  writer.u8(presence.selections.length);
  for (const { anchor, head } of presence.selections) writer.b16(anchor).b16(head);
  return writer.done();
}
