const units = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
] as const;

const format = new Intl.RelativeTimeFormat("en", { numeric: "auto" });

/** "3 minutes ago", from two moments in milliseconds. */
export function ago(then: number, now: number): string {
  for (const [unit, ms] of units) if (now - then >= ms) return format.format(-Math.floor((now - then) / ms), unit);
  return "just now";
}
