import { nameProblem } from "@coterie/core/client/naming.ts";

/** What is wrong with a name as it is typed; that nothing is typed yet is no mistake. */
export function nameError(name: string): string | undefined {
  return name.trim() === "" ? undefined : nameProblem(name.trim());
}
