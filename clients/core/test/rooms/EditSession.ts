import * as Y from "yjs";
import type { Random } from "../random.ts";

/** Who writes in a random session, hex: the first member by two sessions. */
const MEMBERS = ["aa", "bb", "aa", "cc"].map((pair) => pair.repeat(16));

/** One author of a random session: a replica that has seen a prefix of the log and its own edits. */
interface Author {
  readonly doc: Y.Doc;
  readonly member: string;
  seen: number;
  readonly outbox: Uint8Array[];
}

function edit(doc: Y.Doc, random: Random): void {
  const text = doc.getText("text");
  doc.transact(() => {
    for (let i = random.below(3); i >= 0; i--) {
      const at = random.below(text.length + 1);
      const kind = random.below(20);
      if (kind < 11) text.insert(at, random.text(1 + random.below(6)));
      else if (kind < 16 && text.length > at) text.delete(at, Math.min(text.length - at, 1 + random.below(4)));
      else if (kind === 16) doc.getMap("map").set(random.pick(["a", "b"]), [random.next(), null, { x: "y" }]);
      else if (kind === 17) doc.getArray("list").push([new Y.Map([["k", random.below(9)]]), new Uint8Array(2)]);
      else if (kind === 18) text.insertEmbed(at, { image: "x" });
      else if (text.length > at) text.format(at, 1, { bold: true });
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
    const author: Author = { doc: new Y.Doc(), member, seen: 0, outbox: [] };
    author.doc.clientID = 1 + random.below(2 ** 32 - 1);
    author.doc.on("update", (bytes: Uint8Array, origin: unknown) => origin === "log" || author.outbox.push(bytes));
    return author;
  });
  const replica = new Y.Doc();
  while (log.length < edits) {
    const author = random.pick(authors);
    const move = random.below(3);
    if (move === 0) edit(author.doc, random);
    else if (move === 1)
      for (const bytes of author.outbox.splice(0, 1 + random.below(3))) {
        visit(bytes, author.member, replica);
        Y.applyUpdate(replica, bytes);
        log.push({ bytes, from: author });
      }
    else
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
