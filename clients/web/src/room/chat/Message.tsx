import type { ChatMessage } from "@coterie/core";
import { memo } from "react";
import { Avatar } from "../people/Avatar.tsx";
import classes from "./Chat.module.css";

const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });

export const Message = memo(function Message({ message, head }: { message: ChatMessage; head: boolean }) {
  return (
    <article className={classes.message} data-head={head} data-state={message.state} aria-label={`${message.name}:`}>
      {head && (
        <header>
          <Avatar name={message.name} colour={message.colour} />
          <strong>{message.name}</strong>
          <time dateTime={new Date(message.time).toISOString()}>{clock.format(message.time)}</time>
        </header>
      )}
      <p>{withLinks(message.text)}</p>
    </article>
  );
});

/** The text with its web addresses as links; they open elsewhere and are told nothing of this room. */
function withLinks(text: string) {
  return text.split(/(https?:\/\/[^\s<>"]+)/g).map((part, nth) =>
    nth % 2 === 0 ? (
      part
    ) : (
      // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a sent message never change their order
      <a key={nth} href={part} target="_blank" rel="noopener noreferrer">
        {part}
      </a>
    ),
  );
}
