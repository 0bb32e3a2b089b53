import * as Y from "yjs";
import type { Random } from "../../../../tests/support/Random.ts";

/** Who writes in a random session, hex: the first member by two sessions. */
const MEMBERS = ["aa", "bb", "aa", "cc"].map((pair) => pair.repeat(16));

/** One author of a random session: a replica that has seen a prefix of the log and its own edits. */
interface Author {
  readonly doc: Y.Doc;
  readonly undo: Y.UndoManager;
  readonly member: string;
  seen: number;
  readonly outbox: Uint8Array[];
}

/** What a person does at an editor: types, pastes, deletes, replaces, several in one go; takes back and does again. */
function edit({ doc, undo }: Author, random: Random): void {
  const text = doc.getText("text");
  const kind = random.below(10);
  if (kind === 0) undo.undo();
  else if (kind === 1) undo.redo();
  else
    doc.transact(() => {
      for (let i = random.below(3); i >= 0; i--) {
        const at = random.below(text.length + 1);
        const cut = random.below(3) === 0 ? Math.min(text.length - at, 1 + random.below(6)) : 0;
        if (cut > 0) text.delete(at, cut);
        if (cut === 0 || random.below(2) === 0) text.insert(at, random.text(1 + random.below(kind === 2 ? 200 : 6)));
      }
    });
}

/** Runs a random session; hands each edit, in log order, with the log's replica before it, to `visit`. */
export function session(
  random: Random,
  edits: number,
  visit: (bytes: Uint8Array, member: string, before: Y.Doc) => void,
): void {
  const log: { bytes: Uint8Array; from: Author }[] = [];
  const authors = MEMBERS.map((member): Author => {
    const doc = new Y.Doc();
    const undo = new Y.UndoManager(doc.getText("text"), { captureTimeout: 0 });
    const author: Author = { doc, undo, member, seen: 0, outbox: [] };
    author.doc.clientID = 1 + random.below(2 ** 32 - 1);
    author.doc.on("update", (bytes: Uint8Array, origin: unknown) => origin === "log" || author.outbox.push(bytes));
    return author;
  });
  const replica = new Y.Doc();
  while (log.length < edits) {
    const author = random.pick(authors);
    const move = random.below(3);
    if (move === 0) edit(author, random);
    else if (move === 1) {
      const sent = author.outbox.splice(0, 1 + random.below(3));
      const together = sent.length > 1 && random.below(2) === 0;
      for (const bytes of together ? [Y.mergeUpdates(sent)] : sent) {
        visit(bytes, author.member, replica);
        Y.applyUpdate(replica, bytes);
        log.push({ bytes, from: author });
      }
    } else
      for (let take = random.below(6); take > 0 && author.seen < log.length; take--) {
        const entry = log[author.seen++]!;
        if (entry.from !== author) Y.applyUpdate(author.doc, entry.bytes, "log");
      }
  }
}

/** Some bytes changed, cut out or put in. */
export function mutate(bytes: Uint8Array, random: Random): Uint8Array {
  const mutant = [...bytes];
  for (let i = random.below(3); i >= 0; i--) {
    const at = random.below(mutant.length);
    const kind = random.below(4);
    if (kind === 0) mutant[at] = random.below(256);
    else if (kind === 1) mutant[at] = (mutant[at]! + random.pick([-1, 1])) & 0xff;
    else if (kind === 2) mutant.splice(at, 1);
    else mutant.splice(at, 0, random.below(256));
  }
  return Uint8Array.from(mutant);
}
