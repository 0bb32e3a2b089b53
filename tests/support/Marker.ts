/**
 * A marker is a word that no two edits share, such as «07.123». Edits never delete one and never write into one, so that a
 * marker that was saved once must stand in the text in the end, whatever else happened around it.
 */
export type Marker = string;

export function markerOf(who: number, count: number): Marker {
  return `«${who}.${count}»`;
}

export function markersIn(text: string): Marker[] {
  return text.match(/«[^«»]*»/g) ?? [];
}

/** Where an edit may write and delete: the ranges, in code units, before, between and after the markers. */
export function gapsIn(text: string): { readonly from: number; readonly to: number }[] {
  const gaps = [];
  let from = 0;
  for (const { index, 0: marker } of text.matchAll(/«[^«»]*»/g)) {
    gaps.push({ from, to: index });
    from = index + marker.length;
  }
  gaps.push({ from, to: text.length });
  return gaps;
}

/** This place, or the one before it where it lies between the halves of a surrogate pair. */
export function boundary(text: string, place: number): number {
  const splits = place > 0 && place < text.length && /^[\uDC00-\uDFFF]/.test(text.slice(place, place + 1));
  return splits ? place - 1 : place;
}
