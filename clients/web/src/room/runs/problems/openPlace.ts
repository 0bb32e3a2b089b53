import type { Desk } from "../../Desk.ts";
import type { Problem } from "./Problem.ts";

/** Opens a file at a place of it; the keyboard goes there from the terminal or the list. */
export function openPlace(desk: Desk, { file, line, column }: Pick<Problem, "file" | "line" | "column">): void {
  if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
  desk.open(file, { line, column });
}
