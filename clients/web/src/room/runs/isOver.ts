import type { ShownRun } from "./ShownRun.ts";

export function isOver({ state }: ShownRun): boolean {
  const { phase } = state.get();
  return phase === "ended" || phase === "lost";
}
