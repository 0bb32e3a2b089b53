/** What is said where a part of the page did not come. */
export const unloaded = "What this needs could not be loaded from the server. Try again when it can be reached.";

/** A part of the page came, and threw as it began: to ask for it again is in vain. */
export class BrokenPart extends Error {
  constructor(cause: unknown) {
    super(
      "What this needs has a fault: it came from the server and failed as it began. Load the page again. If that does not help, tell whoever runs the server.",
      { cause },
    );
  }
}

/** Why an import gave nothing, for a person. @param cause what it threw: what a module itself throws comes as it is */
export function notImported(cause: unknown): Error {
  const isLost =
    cause instanceof Event || // of a style
    (cause instanceof Error && /dynamically imported module|module script failed|preload CSS/i.test(cause.message));
  return isLost ? new Error(unloaded, { cause }) : new BrokenPart(cause);
}
