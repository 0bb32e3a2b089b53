import { Limits } from "../../limits.ts";
import type { ByteReader } from "../../wire/ByteReader.ts";
import { ByteWriter } from "../../wire/ByteWriter.ts";
import type { MemberId, OpId } from "../../wire/Ids.ts";
import { SignalKind } from "./SignalKind.ts";

/** Every highlight that its session, an owner's, took away and whose author still says it (P6). */
export interface Cleared {
  readonly kind: typeof SignalKind.Cleared;
  readonly highlights: readonly ClearedHighlight[];
}

export interface ClearedHighlight {
  readonly member: MemberId;
  readonly id: OpId;
}

/** Behind its kind. */
export function readCleared(reader: ByteReader): Cleared {
  return {
    kind: SignalKind.Cleared,
    highlights: reader.list(reader.u8(), 0, Limits.MaxCleared, () => ({
      member: reader.id<MemberId>(),
      id: reader.id<OpId>(),
    })),
  };
}

export function encodeCleared(highlights: readonly ClearedHighlight[]): Uint8Array {
  const writer = new ByteWriter().u8(SignalKind.Cleared).u8(highlights.length);
  for (const { member, id } of highlights) writer.id(member).id(id);
  return writer.done();
}
