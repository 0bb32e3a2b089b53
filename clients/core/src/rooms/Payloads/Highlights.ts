import { Limits } from "../../limits.ts";
import type { ByteReader } from "../../wire/ByteReader.ts";
import { ByteWriter } from "../../wire/ByteWriter.ts";
import type { NodeId, OpId } from "../../wire/Ids.ts";
import { MAX_POSITION_BYTES } from "./Presence.ts";
import { SignalKind } from "./SignalKind.ts";

/** Everything that its session holds highlighted for all to see (P5). */
export interface Highlights {
  readonly kind: typeof SignalKind.Highlights;
  readonly ranges: readonly HighlightedRange[];
}

/** A range of a file between two Yjs relative positions, which are not looked into here. */
export interface HighlightedRange {
  readonly id: OpId;
  readonly file: NodeId;
  readonly start: Uint8Array;
  readonly end: Uint8Array;
}

/** Behind its kind. */
export function readHighlights(reader: ByteReader): Highlights {
  return {
    kind: SignalKind.Highlights,
    ranges: reader.list(reader.u8(), 0, Limits.MaxHighlights, () => ({
      id: reader.id<OpId>(),
      file: reader.id<NodeId>(),
      start: reader.b16(0, MAX_POSITION_BYTES),
      end: reader.b16(0, MAX_POSITION_BYTES),
    })),
  };
}

export function encodeHighlights(ranges: readonly HighlightedRange[]): Uint8Array {
  const writer = new ByteWriter().u8(SignalKind.Highlights).u8(ranges.length);
  for (const { id, file, start, end } of ranges) writer.id(id).id(file).b16(start).b16(end);
  return writer.done();
}
