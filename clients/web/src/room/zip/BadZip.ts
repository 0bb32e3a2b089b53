/** Why an archive, or a file in it, is not taken, in words for a person. */
export class BadZip extends Error {
  override readonly name = "BadZip";
}

export const several = "This is one part of a ZIP of several: join them first.";
export const damaged = "This ZIP is damaged, or cut off: get it anew.";
