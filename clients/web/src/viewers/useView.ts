import { type RefObject, useLayoutEffect, useState } from "react";

export interface View {
  readonly width: number;
  readonly height: number;
}

/** How large an element is inside, in pixels; undefined before it is known. Of one that is put out of sight, as it was last. */
export function useView(element: RefObject<HTMLElement | null>): View | undefined {
  const [view, setView] = useState<View>();
  useLayoutEffect(() => {
    const watched = element.current;
    if (!watched) return;
    const look = () => {
      const { clientWidth: width, clientHeight: height } = watched;
      if (width === 0 || height === 0) return;
      setView((before) => (before?.width === width && before.height === height ? before : { width, height }));
    };
    const observer = new ResizeObserver(look);
    observer.observe(watched);
    look();
    return () => observer.disconnect();
  }, [element]);
  return view;
}
