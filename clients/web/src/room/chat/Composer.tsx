import { ActionIcon, Textarea } from "@mantine/core";
import { IconSend2 } from "@tabler/icons-react";
import { type KeyboardEvent, useState } from "react";
import { toast, words } from "../../app/toast.ts";
import { useWatch } from "../../app/useWatch.ts";
import { useRoom } from "../RoomContext.ts";
import classes from "./Chat.module.css";

/** Enter sends, Shift+Enter makes a new line; what was refused comes back into the box. */
export function Composer() {
  const { room, pointer } = useRoom();
  const over = useWatch(room.view, (view) => view.connection === "ended");
  const canChat = useWatch(room.view, (view) => view.canChat) && !over;
  const [text, setText] = useState("");

  const send = async () => {
    const message = text.trim();
    if (!message) return;
    setText("");
    pointer.sentInChat();
    try {
      await room.chat.send(message);
    } catch (reason) {
      toast(words(reason), { tone: "danger" });
      setText((now) => now || message);
    }
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    void send();
  };

  return (
    <div className={classes.composer}>
      <Textarea
        className={classes.box ?? ""}
        aria-label="Message"
        placeholder={over ? "The room has ended" : canChat ? "Write to the room" : "Viewers may not write here"}
        disabled={!canChat}
        autosize
        maxRows={6}
        value={text}
        onKeyDown={onKeyDown}
        onChange={(event) => {
          setText(event.currentTarget.value);
          pointer.typedInChat();
        }}
      />
      <ActionIcon
        size="lg"
        variant="light"
        aria-label="Send"
        disabled={!canChat || !text.trim()}
        onClick={() => void send()}
      >
        <IconSend2 size={18} />
      </ActionIcon>
    </div>
  );
}
