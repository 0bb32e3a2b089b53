import { useMemo, useSyncExternalStore } from "react";
import type { Watchable } from "./useWatch.ts";

const restMs = 100;

/** The same as useWatch of what may change a thousand times a second: it is shown at once where it rested before, else after a short rest. */
export function useCalmly<T>(watchable: Watchable<T>): T {
  const { subscribe, get } = useMemo(() => calmed(watchable), [watchable]);
  return useSyncExternalStore(subscribe, get);
}

function calmed<T>(watchable: Watchable<T>): Watchable<T> {
  let shown = watchable.get();
  return {
    get: () => shown,
    subscribe: (listener) => {
      let resting: ReturnType<typeof setTimeout> | undefined;
      const show = () => {
        resting = undefined;
        if (Object.is(shown, watchable.get())) return;
        shown = watchable.get();
        resting = setTimeout(show, restMs);
        listener();
      };
      const end = watchable.subscribe(() => resting ?? show());
      show();
      return () => {
        end();
        clearTimeout(resting);
      };
    },
  };
}
