const format = new Intl.DateTimeFormat("en", { dateStyle: "medium", timeStyle: "short" });

/** A moment in milliseconds since 1970 as people write it here: "Dec 5, 2026, 2:00 PM". */
export function moment(time: number): string {
  return format.format(time);
}
