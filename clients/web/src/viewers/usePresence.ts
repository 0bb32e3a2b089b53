import { type RefObject, useEffect, useRef } from "react";
import { useWatch } from "../app/useWatch.ts";
import { takesKeyboard } from "../room/Desk.ts";
import { useRoom } from "../room/RoomContext.ts";

/**
 * What an editor does for a text, for a file that is looked at: others see that one is in it, and whoever opened it by a key finds the
 * keyboard in it, also when its viewer gives way to another.
 */
export function usePresence(id: string, tab: string, pane: RefObject<HTMLElement | null>): void {
  const { desk, pointer } = useRoom();
  const inFront = useWatch(desk.front) === tab;
  const target = useWatch(desk.target);
  const wanted = useRef(false);

  useEffect(() => {
    if (!inFront) return;
    pointer.move({ file: id });
    return () => pointer.leave();
  }, [inFront, id, pointer]);

  useEffect(() => {
    if (!inFront || target?.file !== id) return;
    desk.target.set(undefined);
    wanted.current ||= takesKeyboard(target);
  }, [inFront, target, id, desk]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new wish is a reason to look
  useEffect(() => {
    const element = pane.current;
    if (!element || !inFront || !wanted.current) return;
    const take = () => {
      if (!typesElsewhere(element)) (stageIn(element) ?? element).focus({ preventScroll: true });
      wanted.current = false;
    };
    if (element.checkVisibility()) take();
    else requestAnimationFrame(take); // its tab comes to the front in this turn
  }, [target, inFront, pane]);

  // What had the keyboard may go with its viewer, and a viewer may come later than the wish, or its stage later than the viewer.
  useEffect(() => {
    const element = pane.current;
    if (!element) return;
    let inside = false;
    const come = () => {
      inside = true;
    };
    const go = (event: FocusEvent) => {
      inside = element.contains(event.relatedTarget as Node | null);
    };
    const look = () => {
      const { activeElement } = document;
      const lost = inside && activeElement === document.body;
      if (lost || activeElement === element) (stageIn(element) ?? element).focus({ preventScroll: true });
    };
    const watcher = new MutationObserver(look);
    element.addEventListener("focusin", come);
    element.addEventListener("focusout", go);
    watcher.observe(element, { childList: true, subtree: true });
    return () => {
      watcher.disconnect();
      element.removeEventListener("focusin", come);
      element.removeEventListener("focusout", go);
    };
  }, [pane]);
}

function stageIn(pane: HTMLElement): HTMLElement | null {
  return pane.querySelector<HTMLElement>("[data-stage]");
}

/** Whether a box, a menu or a dialog elsewhere has the keyboard: what is begun there must not go on in a file that has just come. */
function typesElsewhere(pane: HTMLElement): boolean {
  const begun = document.activeElement?.closest("input, textarea, [contenteditable], [role=menu], [role=dialog]");
  return begun != null && !pane.contains(begun);
}
