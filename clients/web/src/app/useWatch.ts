import { useCallback, useSyncExternalStore } from "react";
import { afterBurst, forget } from "./afterBurst.ts";

export interface Watchable<T> {
  readonly inBursts?: boolean;
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
  const subscribe = useCallback((listener: () => void) => subscribed(watchable, listener), [watchable]);
  return useSyncExternalStore(subscribe, () => (select ? select(watchable.get()) : watchable.get()));
}

/** Rendered again in the very turn in which it changes, also in a burst. */
export function useAtOnce<T, P>(watchable: Watchable<T>, select: (value: T) => P): P {
  return useSyncExternalStore(watchable.subscribe, () => select(watchable.get()));
}

function subscribed(watchable: Watchable<unknown>, listener: () => void): () => void {
  if (!watchable.inBursts) return watchable.subscribe(listener);
  const unsubscribe = watchable.subscribe(() => afterBurst(listener));
  return () => {
    unsubscribe();
    forget(listener);
  };
}
