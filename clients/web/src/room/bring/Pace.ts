/** The last so much tells how fast it goes. */
const windowMs = 30_000;
/** Nothing is told from less. */
const leastMs = 3_000;
const markMs = 500;

interface Mark {
  readonly at: number;
  readonly work: number;
}

/** How long the rest of some work takes, by how it went lately. */
export class Pace {
  #marks: readonly Mark[] = [];

  /**
   * @param at ms
   * @returns ms that are left, or undefined where that cannot be told
   */
  left(at: number, work: number, all: number): number | undefined {
    const last = this.#marks.at(-1);
    if (last === undefined || at - last.at >= markMs)
      this.#marks = [...this.#marks.filter((mark) => at - mark.at <= windowMs), { at, work }];
    const first = this.#marks[0]!;
    if (at - first.at < leastMs || work <= first.work) return undefined;
    return ((all - work) * (at - first.at)) / (work - first.work);
  }
}

/** For a person. */
export function timeLeft(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  if (ms < 10_000) return "a few seconds left";
  if (ms < 45_000) return "less than a minute left";
  if (minutes < 90) return minutes <= 1 ? "about a minute left" : `about ${minutes} minutes left`;
  const hours = Math.round(minutes / 60);
  return hours === 1 ? "about an hour left" : `about ${hours} hours left`;
}
