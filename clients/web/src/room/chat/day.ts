const withYear = new Intl.DateTimeFormat("en", { weekday: "long", day: "numeric", month: "long", year: "numeric" });
const thisYear = new Intl.DateTimeFormat("en", { weekday: "long", day: "numeric", month: "long" });

/** The day of a moment as people call it: "Today", "Yesterday", "Friday, May 1". Both in milliseconds since 1970. */
export function dayOf(time: number, now: number): string {
  const [day, today] = [new Date(time), new Date(now)];
  if (day.toDateString() === today.toDateString()) return "Today";
  const yesterday = new Date(today.getFullYear(), today.getMonth(), today.getDate() - 1);
  if (day.toDateString() === yesterday.toDateString()) return "Yesterday";
  return (day.getFullYear() === today.getFullYear() ? thisYear : withYear).format(day);
}

export function sameDay(one: number, other: number): boolean {
  return new Date(one).toDateString() === new Date(other).toDateString();
}
