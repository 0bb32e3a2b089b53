import type { Person } from "@coterie/core";

const mostNames = 8; // offered at once

/** An `@` that is being completed: where it stands, and what is typed behind it. */
export interface Mentioning {
  readonly at: number;
  readonly query: string;
}

/** What stands before the caret, where it begins a mention. */
export function mentioningAt(text: string, caret: number): Mentioning | undefined {
  const found = /(?:^|[^\p{L}\p{N}_])@([^@\n`]{0,60})$/u.exec(text.slice(0, caret));
  return found ? { at: caret - found[1]!.length - 1, query: found[1]! } : undefined;
}

/** The people whom it may mean: those who are here first. A query fits the beginning of a name or of a word in it. */
export function candidates(people: readonly Person[], query: string): readonly Person[] {
  const wanted = query.toLowerCase();
  const fits = ({ name }: Person) => {
    const lower = name.toLowerCase();
    return lower.startsWith(wanted) || (wanted !== "" && lower.includes(` ${wanted}`));
  };
  return people
    .filter((person) => !person.me && fits(person))
    .toSorted((a, b) => Number(b.live) - Number(a.live) || a.name.localeCompare(b.name))
    .slice(0, mostNames);
}
