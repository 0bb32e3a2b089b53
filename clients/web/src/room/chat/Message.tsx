import type { ChatMessage } from "@coterie/core";
import { Button } from "@mantine/core";
import { memo, useState } from "react";
import { useWatch } from "../../app/useWatch.ts";
import { Avatar } from "../people/Avatar.tsx";
import { useRoom } from "../RoomContext.ts";
import classes from "./Chat.module.css";
import { MessageText } from "./MessageText.tsx";

const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const longLines = 24; // more than this is folded
const longLetters = 2_000;

export const Message = memo(function Message({ message, head }: { message: ChatMessage; head: boolean }) {
  const [whole, setWhole] = useState(false);
  const long = message.text.length > longLetters || message.text.split("\n").length > longLines;
  return (
    <article
      className={classes.message}
      data-head={head}
      data-state={message.state}
      data-for-me={message.forMe}
      aria-label={`${message.name}${message.forMe ? ", to you" : ""}:`}
    >
      {head && (
        <header>
          <Avatar name={message.name} colour={message.colour} />
          <strong>{message.name}</strong>
          <time dateTime={new Date(message.time).toISOString()}>{clock.format(message.time)}</time>
        </header>
      )}
      <div className={classes.text} data-folded={long && !whole}>
        <MessageText text={message.text} />
      </div>
      {long && (
        <Button size="compact-xs" variant="subtle" aria-expanded={whole} onClick={() => setWhole(!whole)}>
          {whole ? "Show less" : "Show all of it"}
        </Button>
      )}
      {message.state === "sending" && <Waits />}
      {message.state === "refused" && <Refused message={message} />}
    </article>
  );
});

function Waits() {
  const { room } = useRoom();
  const away = useWatch(room.view, ({ connection }) => connection !== "connected");
  return away && <p className={classes.state}>Not sent yet: it waits for the connection.</p>;
}

function Refused({ message }: { message: ChatMessage }) {
  const { room } = useRoom();
  return (
    <div className={classes.refused} role="alert">
      <p>Not sent. {message.why}</p>
      <Button
        size="compact-xs"
        variant="default"
        onClick={() => void room.chat.sayAgain(message.id).catch(() => {})} // it stands here again, with the reason
      >
        Send again
      </Button>
      <Button size="compact-xs" variant="subtle" color="gray" onClick={() => room.chat.forget(message.id)}>
        Discard
      </Button>
    </div>
  );
}
