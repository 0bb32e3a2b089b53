import { nameProblem, nodeNameProblem } from "@coterie/core/client/naming.ts";

/** What is wrong with a name of a person or a room as it is typed; that nothing is typed yet is no mistake. */
export function nameError(name: string): string | undefined {
  return name.trim() === "" ? undefined : nameProblem(name.trim());
}

/** The same of a file or folder. */
export function nodeNameError(name: string): string | undefined {
  return name.trim() === "" ? undefined : nodeNameProblem(name.trim());
}
