/** Why a run ended (section 16). */
export const RunEnd = {
  /** By itself. */
  Exited: 1,
  /** The compiler refused, or was ended. */
  NotCompiled: 2,
  /** The files are together larger than a run's folder. */
  NoRoom: 3,
  /** Somebody stopped it. */
  Stopped: 4,
  /** Longer than its time by the clock. */
  OutOfTime: 5,
  /** Longer than its time on processors. */
  OutOfCpu: 6,
  /** More than its memory. */
  OutOfMemory: 7,
  /** More files than a run may have. */
  TooManyFiles: 8,
  /** Nothing ran; the complaint says why. */
  NotStarted: 9,
  /** What held it failed in the midst of it; the complaint says how. */
  Failed: 10,
} as const;
export type RunEnd = (typeof RunEnd)[keyof typeof RunEnd];
