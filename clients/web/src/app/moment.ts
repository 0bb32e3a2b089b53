const clock = { hour: "numeric", minute: "2-digit" } as const;
const thisYear = new Intl.DateTimeFormat("en", { month: "short", day: "numeric", ...clock });
const anyYear = new Intl.DateTimeFormat("en", { year: "numeric", month: "short", day: "numeric", ...clock });

/** A moment as people write it here: "Dec 5, 2:00 PM", with the year where it is another than now. Both in milliseconds since 1970. */
export function moment(time: number, now: number): string {
  const same = new Date(time).getFullYear() === new Date(now).getFullYear();
  return (same ? thisYear : anyYear).format(time);
}
