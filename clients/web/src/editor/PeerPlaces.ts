import type { Cursor } from "@coterie/core";
import type * as Y from "yjs";
import { editsOfDelta, shifted } from "./offsets.ts";
import { markLength, offsetsOf } from "./places.ts";

export interface Offsets {
  anchor: number;
  head: number;
}

/**
 * Where other people's selections are in the text now. A place is looked up once, when it is new, and from then on moved by each edit:
 * to look fifty places up in a long text at every key is what makes a crowd slow.
 */
export class PeerPlaces {
  #text: Y.Text;
  #mark: number;
  readonly #known = new Map<Cursor, (Offsets | undefined)[]>();
  readonly #onMoved: () => void;

  /** @param onMoved the text changed, and with it where they are */
  constructor(text: Y.Text, onMoved: () => void) {
    this.#text = text;
    this.#mark = markLength(text);
    this.#onMoved = onMoved;
    text.observe(this.#edited);
  }

  moveTo(text: Y.Text): void {
    this.#text.unobserve(this.#edited);
    this.#text = text;
    this.#mark = markLength(text);
    this.#known.clear();
    text.observe(this.#edited);
  }

  dispose(): void {
    this.#text.unobserve(this.#edited);
  }

  /** Keeps no other than these. */
  keep(cursors: ReadonlySet<Cursor>): void {
    for (const cursor of this.#known.keys()) if (!cursors.has(cursor)) this.#known.delete(cursor);
  }

  /** One for each selection; undefined where it lies in what has not come yet. */
  of(cursor: Cursor): readonly (Offsets | undefined)[] {
    const places = this.#known.get(cursor) ?? [];
    this.#known.set(cursor, places);
    for (const [nth, selection] of cursor.selections.entries()) places[nth] ??= offsetsOf(this.#text, selection);
    return places;
  }

  readonly #edited = (event: Y.YTextEvent): void => {
    const mark = markLength(this.#text);
    if (mark !== this.#mark) this.#known.clear();
    this.#mark = mark;
    const edits = editsOfDelta(event.delta).map((edit) => ({
      ...edit,
      start: edit.start - mark,
      end: edit.end - mark,
    }));
    for (const places of this.#known.values())
      for (const place of places) {
        if (!place) continue;
        place.anchor = shifted(place.anchor, edits);
        place.head = shifted(place.head, edits);
      }
    this.#onMoved();
  };
}
