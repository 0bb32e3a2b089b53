/** A place in a file of the room that a compiler or a program complains of. */
export interface Problem {
  /** A node's id. */
  readonly file: string;
  /** As the file was called when it ran. */
  readonly path: string;
  /** From 1. */
  readonly line: number;
  /** From 1; undefined where the whole line is meant. */
  readonly column: number | undefined;
  readonly severity: Severity;
  readonly message: string;
}

export type Severity = "error" | "warning";
