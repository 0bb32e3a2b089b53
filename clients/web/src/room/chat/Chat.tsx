import type { ChatMessage } from "@coterie/core";
import { Button } from "@mantine/core";
import { IconArrowDown } from "@tabler/icons-react";
import { Fragment, useEffect } from "react";
import { useWatch } from "../../app/useWatch.ts";
import { usePeople } from "../people/usePeople.ts";
import { useRoom } from "../RoomContext.ts";
import classes from "./Chat.module.css";
import { Composer } from "./Composer.tsx";
import { dayOf, sameDay } from "./day.ts";
import { Message } from "./Message.tsx";
import { useScroll } from "./useScroll.ts";

const groupMs = 5 * 60_000; // messages of one person within this time share one head

/** The room's conversation. New messages scroll into sight only for who is reading the newest; others get a button. */
export function Chat() {
  const { room, unread } = useRoom();
  const messages = useWatch(room.chat.view);
  const first = useWatch(unread.first);
  const scroll = useScroll(messages);

  useEffect(() => {
    unread.inSight(scroll.inSight);
    return () => unread.inSight(false);
  }, [unread, scroll.inSight]);

  return (
    <div className={classes.chat} data-pane="Chat">
      <div className={classes.reading}>
        <div
          ref={scroll.list}
          className={classes.list}
          role="log"
          aria-label="Messages"
          // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
          tabIndex={0}
          onScroll={scroll.onScroll}
        >
          <div ref={scroll.content}>
            {messages.length === 0 && (
              <p className={classes.empty}>Say hello. Messages are sealed like everything else here.</p>
            )}
            {scroll.from > 0 && (
              <Button className={classes.earlier ?? ""} size="compact-xs" variant="subtle" onClick={scroll.earlier}>
                Earlier messages
              </Button>
            )}
            {messages.slice(scroll.from).map((message, nth) => (
              <Line
                key={message.id}
                message={message}
                before={messages[scroll.from + nth - 1]}
                firstNew={message.id === first}
              />
            ))}
          </div>
        </div>
        {!scroll.atEnd && (
          <Button
            className={classes.jump ?? ""}
            size="compact-sm"
            variant={scroll.fresh > 0 ? "filled" : "default"}
            leftSection={<IconArrowDown size={14} />}
            onClick={scroll.toEnd}
          >
            {scroll.fresh > 0 ? `${scroll.fresh} new` : "Newest"}
          </Button>
        )}
      </div>
      <Writing />
      <Composer />
    </div>
  );
}

interface LineProps {
  message: ChatMessage;
  before: ChatMessage | undefined;
  firstNew: boolean;
}

/** A message, below what stands between it and the one before. */
function Line({ message, before, firstNew }: LineProps) {
  const newDay = !before || !sameDay(before.time, message.time);
  const together = before?.memberId === message.memberId && message.time - before.time < groupMs;
  return (
    <Fragment>
      {newDay && (
        <p className={classes.day}>
          <span>{dayOf(message.time, Date.now())}</span>
        </p>
      )}
      {firstNew && (
        <p className={classes.new}>
          <span>New</span>
        </p>
      )}
      <Message message={message} head={newDay || firstNew || !together} />
    </Fragment>
  );
}

function Writing() {
  const people = usePeople();
  const names = people.filter((person) => person.typingInChat && !person.me).map((person) => person.name);
  return (
    <p className={classes.writing} aria-live="polite">
      {names.length > 0 &&
        `${names.slice(0, 2).join(names.length > 2 ? ", " : " and ")}${names.length > 2 ? " and others" : ""} ${names.length > 1 ? "are" : "is"} writing…`}
    </p>
  );
}
