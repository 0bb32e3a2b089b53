import { hash } from "../keys/Hash.ts";
import { utf8 } from "../wire/Bytes.ts";
import { idBytes, idOf, type RoomId, type StreamId } from "../wire/Ids.ts";

/** R6: the streams that every room has. Every other id names a file. */
export interface FixedStreams {
  readonly control: StreamId;
  readonly tree: StreamId;
  readonly chat: StreamId;
  readonly runs: StreamId;
  readonly presence: StreamId;
}

export function fixedStreams(roomId: RoomId): FixedStreams {
  const id = (name: string) => idOf<StreamId>(hash("stream-id", idBytes(roomId), utf8(name)));
  return {
    control: id("control"),
    tree: id("tree"),
    chat: id("chat"),
    runs: id("runs"),
    presence: id("presence"),
  };
}
