import { type RefObject, useEffect, useRef } from "react";
import { wheelFactor } from "./zoom.ts";

/** Ctrl with the wheel, or a pinch, over a part of the page: by how much larger it is to be, about which place of the screen. */
export function useWheelZoom(
  stage: RefObject<HTMLElement | null>,
  zoom: (by: number, x: number, y: number) => void,
): void {
  const turn = useRef(zoom);
  turn.current = zoom;
  useEffect(() => {
    const element = stage.current;
    const onWheel = (event: WheelEvent) => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      turn.current(wheelFactor(event), event.clientX, event.clientY);
    };
    element?.addEventListener("wheel", onWheel, { passive: false }); // React's listeners may not prevent it
    return () => element?.removeEventListener("wheel", onWheel);
  }, [stage]);
}
