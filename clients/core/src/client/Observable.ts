/**
 * One value that changes over time and can be watched. `get` and `subscribe` are bound, so that they can be handed to a
 * view library as they are (React: `useSyncExternalStore(x.subscribe, x.get)`). Listeners run synchronously after each
 * change, in the order they subscribed; one that throws does not keep the others from running.
 */
export class Observable<T> {
  /** Whether it changes many times while one enters a room, so that who lays it out does well to wait for the end of that. */
  readonly inBursts: boolean;
  #value: T;
  readonly #listeners = new Set<() => void>();

  constructor(value: T, inBursts = false) {
    this.#value = value;
    this.inBursts = inBursts;
  }

  readonly get = (): T => this.#value;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Takes the value's place; tells nobody if it is the same by identity. */
  set(value: T): void {
    if (Object.is(value, this.#value)) return;
    this.#value = value;
    for (const listener of [...this.#listeners]) {
      try {
        listener();
      } catch (error) {
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }
}
