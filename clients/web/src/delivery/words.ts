/** What people compare at a glance. */
export const short = (id: string) => id.slice(0, 16);

/** In groups, as one reads it out. */
export const grouped = (id: string) => id.match(/.{1,8}/g)?.join(" ") ?? "";
