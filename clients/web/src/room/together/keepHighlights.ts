import { fromHex, toHex } from "@coterie/core/wire/Bytes.ts";
import type { RoomParts } from "../RoomContext.ts";

/** Mine as they are kept for this tab: ids and places, not a letter of the text. */
interface Kept {
  readonly id: string;
  readonly file: string;
  readonly start: string;
  readonly end: string;
}

/** Keeps what I highlighted over a reload of this tab, and no longer. Returns its end. */
export function keepHighlights({ room }: RoomParts): () => void {
  const { highlights } = room.together;
  const place = `coterie.highlights.${room.view.get().id}`;
  highlights.restore(read(place));
  return highlights.view.subscribe(() => {
    const kept = highlights.own.map(({ id, file, start, end }) => ({ id, file, start: toHex(start), end: toHex(end) }));
    try {
      sessionStorage.setItem(place, JSON.stringify(kept));
    } catch {
      // Nothing is kept here: they go a minute after a reload.
    }
  });
}

type Own = RoomParts["room"]["together"]["highlights"]["own"];

function read(place: string): Own {
  try {
    const kept = JSON.parse(sessionStorage.getItem(place) ?? "[]") as readonly Kept[];
    return kept.map(({ id, file, start, end }) => ({
      id,
      file,
      start: fromHex(start)!,
      end: fromHex(end)!,
    })) as unknown as Own;
  } catch {
    return [];
  }
}
