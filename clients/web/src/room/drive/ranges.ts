/** What a PUT of a resumable upload says of itself. @param bytes none asks what is there @param total undefined as long as it is not known */
export function contentRange(from: number, bytes: number, total: number | undefined): string {
  return `bytes ${bytes === 0 ? "*" : `${from}-${from + bytes - 1}`}/${total ?? "*"}`;
}

/** How many bytes from the beginning an answer says are there: "bytes=0-42" is 43. NaN where it says anything else. */
export function takenOf(range: string | null): number {
  if (range === null) return 0;
  const last = /^bytes=0-(\d+)$/.exec(range)?.[1];
  return last === undefined ? Number.NaN : Number(last) + 1;
}
