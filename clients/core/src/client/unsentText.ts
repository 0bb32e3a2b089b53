import * as Y from "yjs";
import { parseChat } from "../rooms/Payloads/Chat.ts";
import { RecordClass } from "../wire/Classes.ts";
import { failed } from "../wire/WireError.ts";
import { NOT_TAKEN, type UnsentChange } from "./Outbox.ts";
import { rejectedOf } from "./Rejected.ts";

/**
 * The letters in what was never sent, for a person to copy where the room that they belong in is no more: without its log an edit has
 * letters and no place. What was typed in one go stands together, each go on a line of its own.
 */
export function unsentText(changes: readonly UnsentChange[]): string {
  const isEdit = (change: UnsentChange) => change.class === RecordClass.Edit;
  const files = new Set(changes.filter(isEdit).map(({ stream }) => stream));
  const texts = [...files].map((file) =>
    typedBy(changes.filter((change) => isEdit(change) && change.stream === file).map(({ payload }) => payload)),
  );
  for (const change of changes) {
    const chat = change.class === RecordClass.Chat ? parseChat(change.payload) : undefined;
    if (chat !== undefined && !failed(chat)) texts.push(chat.text);
    if (change.class === NOT_TAKEN) texts.push(rejectedOf(change).text);
  }
  return texts.filter((text) => text !== "").join("\n");
}

function typedBy(updates: Uint8Array[]): string {
  const { structs, ds } = Y.decodeUpdate(Y.mergeUpdates(updates));
  const goes: string[] = [];
  let last: Y.ID | undefined;
  for (const struct of structs) {
    if (!(struct instanceof Y.Item) || !(struct.content instanceof Y.ContentString)) continue;
    const { client, clock } = struct.id;
    const left = struct.content.str.split("").filter((_, at) => !Y.isDeleted(ds, Y.createID(client, clock + at)));
    const goesOn = last !== undefined && struct.origin !== null && Y.compareIDs(struct.origin, last);
    if (goesOn) goes.push((goes.pop() ?? "") + left.join(""));
    else goes.push(left.join(""));
    last = Y.createID(client, clock + struct.length - 1);
  }
  return goes.filter((go) => go !== "").join("\n");
}
