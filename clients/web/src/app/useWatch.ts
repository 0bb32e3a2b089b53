import { useSyncExternalStore } from "react";

export interface Watchable<T> {
  readonly get: () => T;
  readonly subscribe: (listener: () => void) => () => void;
}

/**
 * The value of an Observable, rendered again whenever it changes. With `select`, only when that part of it changes: the part
 * must keep its identity as long as it is the same, as the fields of the core's views do.
 */
export function useWatch<T>(watchable: Watchable<T>): T;
export function useWatch<T, P>(watchable: Watchable<T>, select: (value: T) => P): P;
export function useWatch<T, P>(watchable: Watchable<T>, select?: (value: T) => P): T | P {
  return useSyncExternalStore(watchable.subscribe, () => (select ? select(watchable.get()) : watchable.get()));
}
