import type { LiveRun } from "@coterie/core";

export function isOver({ state }: LiveRun): boolean {
  const { phase } = state.get();
  return phase === "ended" || phase === "lost";
}
