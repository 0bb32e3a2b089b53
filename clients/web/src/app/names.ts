import { Limits } from "@coterie/core/limits.ts";

/** What is wrong with a name of a person, a room, a file or a folder as it is typed; its length is all that a name can have wrong here. */
export function nameError(name: string): string | undefined {
  const over = new TextEncoder().encode(name.trim()).length - Limits.MaxNameBytes;
  if (over <= 0) return undefined;
  return `Too long by ${over}: a name has room for ${Limits.MaxNameBytes} plain letters. Letters with accents take 2, other scripts 2 or 3, emoji 4 and more.`;
}
