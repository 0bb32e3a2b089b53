import * as Y from "yjs";
import { TEXT_ROOT } from "../rooms/Digest.ts";
import { difference, type Replacement } from "./difference.ts";

/**
 * What a live document has that its base has not: where in the base's text, in order, none overlapping another. Place by place as it was
 * typed, which the two texts alone do not say: `<1><2>` may have become of `<2>` by a `<1>` before it or by a `1><` in it.
 */
export function edits(base: Y.Doc, live: Y.Doc): readonly Replacement[] {
  const both = copyOf(base);
  const text = both.getText(TEXT_ROOT);
  const before = textOf(base);
  const found: Replacement[] = [];
  text.observe(({ delta }) => {
    let at = 0;
    for (const { retain = 0, delete: gone = 0, insert = "" } of delta) {
      at += retain;
      const last = found.at(-1);
      if (typeof insert !== "string" || (gone === 0 && insert === "")) continue;
      if (last?.end === at) found[found.length - 1] = { ...last, end: at + gone, text: last.text + insert };
      else found.push({ start: at, end: at + gone, text: insert });
      at += gone;
    }
  });
  Y.applyUpdate(both, Y.encodeStateAsUpdate(live, Y.encodeStateVector(both)));
  const [merged, typed] = [text.toString(), textOf(live)];
  both.destroy();
  if (merged === typed) return found;
  const one = difference(before, typed); // the base knows others' letters under the same ids
  return one === undefined ? [] : [one];
}

/**
 * These edits of a document's text, as one would make them who has that document and nothing later: merges with all that was written since.
 * @param clientId the Yjs client that makes them @returns a Yjs update, undefined where they change nothing
 */
export function typedIn(base: Y.Doc, edits: readonly Replacement[], clientId: number): Uint8Array | undefined {
  const doc = copyOf(base);
  doc.clientID = clientId;
  let made: Uint8Array | undefined;
  doc.on("update", (update: Uint8Array) => {
    made = update;
  });
  const text = doc.getText(TEXT_ROOT);
  doc.transact(() => {
    for (const { start, end, text: typed } of edits.toReversed()) {
      text.delete(start, end - start);
      text.insert(start, typed);
    }
  });
  doc.destroy();
  return made;
}

/** A text as one update that a Yjs client makes from nothing. */
export function insertedBy(clientId: number, text: string): Uint8Array {
  const doc = new Y.Doc();
  doc.clientID = clientId;
  doc.getText(TEXT_ROOT).insert(0, text);
  const update = Y.encodeStateAsUpdate(doc);
  doc.destroy();
  return update;
}

export function copyOf(doc: Y.Doc): Y.Doc {
  const copy = new Y.Doc();
  Y.applyUpdate(copy, Y.encodeStateAsUpdate(doc));
  return copy;
}

export function textOf(doc: Y.Doc): string {
  return doc.getText(TEXT_ROOT).toString();
}
