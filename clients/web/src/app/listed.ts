/** Some of many, for a sentence: "a, b, c and 4 more". */
export function listed(all: readonly string[], most = 3): string {
  const shown = all.slice(0, most).join(", ");
  return all.length > most ? `${shown} and ${(all.length - most).toLocaleString()} more` : shown;
}
