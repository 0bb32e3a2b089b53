import { Button } from "@mantine/core";
import { IconArrowDown } from "@tabler/icons-react";
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";
import { useWatch } from "../../app/useWatch.ts";
import { usePeople } from "../people/usePeople.ts";
import { useRoom } from "../RoomContext.ts";
import classes from "./Chat.module.css";
import { Composer } from "./Composer.tsx";
import { Message } from "./Message.tsx";

const nearPixels = 40; // this close to the end counts as reading the newest
const groupMs = 5 * 60_000; // messages of one person within this time share one head

/** The room's conversation. New messages scroll into sight only for who is reading the newest; others get a button. */
export function Chat() {
  const { room, unread } = useRoom();
  const messages = useWatch(room.chat.view);
  const people = usePeople();
  const list = useRef<HTMLDivElement>(null);
  const [atEnd, setAtEnd] = useState(true);
  const [visible, setVisible] = useState(false);
  const [fresh, setFresh] = useState(0);
  const known = useRef(messages.length);

  const toEnd = useCallback(() => {
    if (list.current) list.current.scrollTop = list.current.scrollHeight;
  }, []);

  useEffect(() => {
    const watcher = new IntersectionObserver(([entry]) => setVisible(entry?.isIntersecting ?? false));
    if (list.current) watcher.observe(list.current);
    return () => watcher.disconnect();
  }, []);

  useEffect(() => {
    unread.inSight(visible && atEnd);
    if (atEnd) setFresh(0);
    return () => unread.inSight(false);
  }, [unread, visible, atEnd]);

  useLayoutEffect(() => {
    const grown = messages.length - known.current;
    known.current = messages.length;
    if (atEnd || messages.at(-1)?.state === "sending") toEnd();
    else if (grown > 0) setFresh((count) => count + grown);
  }, [messages, atEnd, toEnd]);

  const writing = people.filter((person) => person.typingInChat && !person.me).map((person) => person.name);
  return (
    <div className={classes.chat} data-pane="Chat">
      <div
        ref={list}
        className={classes.list}
        role="log"
        aria-label="Messages"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
        tabIndex={0}
        onScroll={(event) => {
          const { scrollHeight, scrollTop, clientHeight } = event.currentTarget;
          setAtEnd(scrollHeight - scrollTop - clientHeight < nearPixels);
        }}
      >
        {messages.length === 0 && (
          <p className={classes.empty}>Say hello. Messages are sealed like everything else here.</p>
        )}
        {messages.map((message, nth) => {
          const before = messages[nth - 1];
          const follows = before?.memberId === message.memberId && message.time - before.time < groupMs;
          return <Message key={message.id} message={message} head={!follows} />;
        })}
      </div>
      {fresh > 0 && !atEnd && (
        <Button
          className={classes.jump ?? ""}
          size="compact-sm"
          leftSection={<IconArrowDown size={14} />}
          onClick={toEnd}
        >
          {fresh} new
        </Button>
      )}
      <p className={classes.writing} aria-live="polite">
        {writing.length > 0 &&
          `${writing.slice(0, 2).join(" and ")}${writing.length > 2 ? " and others" : ""} ${writing.length > 1 ? "are" : "is"} writing…`}
      </p>
      <Composer />
    </div>
  );
}
