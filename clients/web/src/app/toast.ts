import { Observable } from "@coterie/core/client/Observable.ts";

interface Action {
  readonly label: string;
  readonly run: () => void;
}

export interface Toast {
  readonly id: number;
  readonly text: string;
  readonly tone: "plain" | "danger";
  readonly actions: readonly Action[];
}

const lifetimeMs = 10_000;
const mostAtOnce = 3;

export const toasts = new Observable<readonly Toast[]>([]);
let last = 0;
let held = false;

/** Keeps the notices that stand, as long as someone points at one or is in it with the keyboard. */
export function hold(yes: boolean): void {
  held = yes;
}

interface Options {
  readonly tone?: Toast["tone"];
  /** The one thing to do about it. */
  readonly action?: Action;
  /** More than one. */
  readonly actions?: readonly Action[];
  readonly forMs?: number;
}

/** Says something in the corner, for ten seconds if not told otherwise, and offers what one can do about it. @returns what `dismiss` takes */
export function toast(text: string, { tone = "plain", action, actions, forMs = lifetimeMs }: Options = {}): number {
  const id = ++last;
  const offered = actions ?? (action ? [action] : []);
  toasts.set([...toasts.get(), { id, text, tone, actions: offered }].slice(-mostAtOnce));
  const end = () => (held ? setTimeout(end, lifetimeMs) : dismiss(id));
  setTimeout(end, forMs);
  return id;
}

/** What a notice offers goes with what it was about: the room that is left. */
export function withdraw(): void {
  toasts.set(toasts.get().filter(({ actions }) => actions.length === 0));
}

export function dismiss(id: number): void {
  toasts.set(toasts.get().filter((t) => t.id !== id));
}

/** The text of any error, for a person: the core's errors say what to do. */
export function words(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Runs what may be refused and says why it was. Resolves to undefined then. */
export async function attempt<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    toast(words(error), { tone: "danger" });
    return undefined;
  }
}
