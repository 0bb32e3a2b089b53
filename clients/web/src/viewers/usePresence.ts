import { type RefObject, useEffect, useRef } from "react";
import { useWatch } from "../app/useWatch.ts";
import { useRoom } from "../room/RoomContext.ts";

/**
 * What an editor does for a text, for a file that is looked at: others see that one is in it, and whoever opened it by a key finds the
 * keyboard in it.
 * @param ready whether its viewer stands
 */
export function usePresence(id: string, pane: RefObject<HTMLElement | null>, ready: boolean): void {
  const { desk, pointer } = useRoom();
  const active = useWatch(desk.active) === id;
  const target = useWatch(desk.target);
  const asked = useRef(false);

  useEffect(() => {
    if (!active) return;
    pointer.move({ file: id });
    return () => pointer.leave();
  }, [active, id, pointer]);

  useEffect(() => {
    if (target?.file !== id) return;
    desk.target.set(undefined);
    asked.current ||= target.focus;
  }, [target, id, desk]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new wish is a reason to look
  useEffect(() => {
    if (!asked.current || !active) return;
    const take = () => {
      const element = pane.current;
      if (!element || typesElsewhere(element)) return;
      (element.querySelector<HTMLElement>("[data-stage]") ?? element).focus({ preventScroll: true });
    };
    asked.current = !ready;
    if (pane.current?.checkVisibility()) take();
    else requestAnimationFrame(take); // its tab comes to the front in this turn
  }, [target, active, ready, pane]);
}

/** Whether a box, a menu or a dialog elsewhere has the keyboard: what is begun there must not go on in a file that has just come. */
function typesElsewhere(pane: HTMLElement): boolean {
  const begun = document.activeElement?.closest("input, textarea, [contenteditable], [role=menu], [role=dialog]");
  return begun != null && !pane.contains(begun);
}
