import type { ReactNode } from "react";

/** So many are offered at most; who looks for another one types on. */
export const mostShown = 50;

/** One of what the list of files and commands offers. */
export interface Choice {
  readonly id: string;
  readonly icon: ReactNode;
  readonly label: ReactNode;
  readonly side?: ReactNode;
  /** Whether one goes on elsewhere than where one was. */
  readonly goesAway: boolean;
  readonly run: () => void;
}
