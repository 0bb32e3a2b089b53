/** Whether the page stands in one column, as on a phone: room for one text, with its lines wrapped. */
export function isNarrow(): boolean {
  return matchMedia("(max-width: 720px)").matches;
}
