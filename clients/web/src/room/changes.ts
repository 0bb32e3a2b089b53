/** "1 change has", "7 changes have". */
export function changes(count: number): string {
  return count === 1 ? "1 change has" : `${count} changes have`;
}
