import type { ChatMessage } from "@coterie/core";
import { useDocumentVisibility } from "@mantine/hooks";
import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";

const nearPixels = 40; // this close to the end counts as reading the newest
const shownAtFirst = 200; // messages; earlier ones come on request

export interface Scroll {
  readonly list: RefObject<HTMLDivElement | null>;
  readonly content: RefObject<HTMLDivElement | null>;
  /** The place of the first message that is shown. */
  readonly from: number;
  readonly atEnd: boolean;
  /** The end is in sight, on a page that is. */
  readonly inSight: boolean;
  /** How many came since one scrolled up. */
  readonly fresh: number;
  readonly onScroll: () => void;
  readonly toEnd: () => void;
  readonly earlier: () => void;
}

/** Who reads the newest stays there whatever grows; who reads above stays at the words they read. What I say myself is always shown. */
export function useScroll(messages: readonly ChatMessage[]): Scroll {
  const list = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const [atEnd, setAtEnd] = useState(true);
  const [visible, setVisible] = useState(false);
  const [fresh, setFresh] = useState(0);
  const [opened, setOpened] = useState<number>(); // the first shown, since earlier ones were asked for
  const fromBottom = useRef<number>(undefined);
  const known = useRef({ count: messages.length, last: messages.at(-1)?.id });
  const page = useDocumentVisibility();
  const stays = useRef(true);
  stays.current = atEnd;

  const toEnd = useCallback(() => {
    if (list.current) list.current.scrollTop = list.current.scrollHeight;
  }, []);

  useEffect(() => {
    const [box, inner] = [list.current!, content.current!];
    const sight = new IntersectionObserver(([entry]) => setVisible(entry?.isIntersecting ?? false));
    const size = new ResizeObserver(() => {
      if (stays.current) toEnd();
    });
    sight.observe(box);
    size.observe(box);
    size.observe(inner);
    return () => {
      sight.disconnect();
      size.disconnect();
    };
  }, [toEnd]);

  useLayoutEffect(() => {
    const { count, last } = known.current;
    const newest = messages.at(-1);
    known.current = { count: messages.length, last: newest?.id };
    const said = newest?.state === "sending" && newest.id !== last;
    if (stays.current || said) toEnd();
    else if (messages.length > count) setFresh((before) => before + messages.length - count);
  }, [messages, toEnd]);

  useEffect(() => {
    if (atEnd) setFresh(0);
  }, [atEnd]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: where one was is put back right after more came in above
  useLayoutEffect(() => {
    if (fromBottom.current !== undefined && list.current)
      list.current.scrollTop = list.current.scrollHeight - fromBottom.current;
    fromBottom.current = undefined;
  }, [opened]);

  const least = Math.max(0, messages.length - shownAtFirst);
  const held = useRef(least); // who reads above does not lose what they read
  if (atEnd) held.current = least;
  const from = Math.min(opened ?? held.current, held.current);

  return {
    list,
    content,
    from,
    atEnd,
    inSight: visible && atEnd && page !== "hidden",
    fresh,
    toEnd,
    onScroll: () => {
      const { scrollHeight, scrollTop, clientHeight } = list.current!;
      if (clientHeight > 0) setAtEnd(scrollHeight - scrollTop - clientHeight < nearPixels);
    },
    earlier: () => {
      fromBottom.current = list.current!.scrollHeight - list.current!.scrollTop;
      setOpened(Math.max(0, from - shownAtFirst));
    },
  };
}
