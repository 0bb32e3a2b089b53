/** At the beginning of a sentence. */
export function countedFiles(count: number): string {
  return count === 1 ? "One file" : `${count.toLocaleString()} files`;
}
