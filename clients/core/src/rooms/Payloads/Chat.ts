import { Limits } from "../../limits.ts";
import { ByteReader } from "../../wire/ByteReader.ts";
import { ByteWriter } from "../../wire/ByteWriter.ts";
import type { OpId } from "../../wire/Ids.ts";
import type { Parsed } from "../../wire/WireError.ts";
import { tooLarge } from "./Payload.ts";

/** The payload of class 4 (section 8). A repeated opId is void by content (T7). */
export interface Chat {
  readonly opId: OpId;
  readonly kind: typeof ChatKind.Message;
  /** 1 to 16,384 bytes of UTF-8. */
  readonly text: string;
}

export const ChatKind = { Message: 1 } as const;

export function parseChat(payload: Uint8Array): Parsed<Chat> {
  if (tooLarge(payload)) return { error: "TooLarge" };
  const reader = new ByteReader(payload);
  const chat: Chat = {
    opId: reader.id(),
    kind: reader.kind(ChatKind.Message, ChatKind.Message) as typeof ChatKind.Message,
    text: reader.text16(1, Limits.MaxChatBytes),
  };
  return reader.end() ?? chat;
}

export function encodeChat(chat: Chat): Uint8Array {
  return new ByteWriter().id(chat.opId).u8(chat.kind).text16(chat.text).done();
}
