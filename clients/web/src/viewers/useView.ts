import { type RefObject, useLayoutEffect, useState } from "react";

export interface View {
  readonly width: number;
  readonly height: number;
}

/**
 * How large a scroller is inside, in pixels; undefined before it is known. Of one whose tab is behind another, as it was last: and where it was
 * scrolled to, browsers forget of what is out of sight, so that is seen to here.
 */
export function useView(element: RefObject<HTMLElement | null>): View | undefined {
  const [view, setView] = useState<View>();
  useLayoutEffect(() => {
    const watched = element.current;
    if (!watched) return;
    let hidden = false;
    let place = { left: 0, top: 0 };
    const look = () => {
      const { clientWidth: width, clientHeight: height } = watched;
      if (width === 0 || height === 0) {
        hidden = true;
        return;
      }
      if (hidden) watched.scrollTo(place);
      hidden = false;
      setView((before) => (before?.width === width && before.height === height ? before : { width, height }));
    };
    const onScroll = () => {
      if (!hidden && watched.clientHeight > 0) place = { left: watched.scrollLeft, top: watched.scrollTop };
    };
    const observer = new ResizeObserver(look);
    observer.observe(watched);
    watched.addEventListener("scroll", onScroll);
    look();
    return () => {
      observer.disconnect();
      watched.removeEventListener("scroll", onScroll);
    };
  }, [element]);
  return view;
}
