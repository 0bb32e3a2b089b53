import { utf8, utf8Text } from "../wire/Bytes.ts";
import type { StreamId } from "../wire/Ids.ts";
import { NOT_TAKEN, type UnsentChange } from "./Outbox.ts";

/** What was typed into a file here and will never count: the text as it stood, and why, for a person. */
export interface Rejected {
  readonly text: string;
  readonly why: string;
}

/** As the outbox keeps it, until the person has taken note of it. */
export function keptRejected(stream: StreamId, rejected: Rejected | undefined): UnsentChange[] {
  if (rejected === undefined) return [];
  return [{ stream, class: NOT_TAKEN, clear: utf8(rejected.why), payload: utf8(rejected.text) }];
}

export function rejectedOf({ clear, payload }: UnsentChange): Rejected {
  return { text: utf8Text(payload) ?? "", why: utf8Text(clear) ?? "" };
}
