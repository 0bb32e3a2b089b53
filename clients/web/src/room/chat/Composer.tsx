import { Limits, type Person, withMentions } from "@coterie/core";
import { ActionIcon, Textarea } from "@mantine/core";
import { IconSend2 } from "@tabler/icons-react";
import { type KeyboardEvent, memo, useEffect, useId, useLayoutEffect, useRef, useState } from "react";
import { useWatch } from "../../app/useWatch.ts";
import { usePeople } from "../people/usePeople.ts";
import { useRoom } from "../RoomContext.ts";
import classes from "./Chat.module.css";
import { Mentions, optionId } from "./Mentions.tsx";
import { candidates, mentioningAt } from "./mentioning.ts";

/** Enter sends, Shift+Enter makes a new line, @ offers the people; what the room refuses stands among the messages. */
export const Composer = memo(function Composer() {
  const { room, pointer, draft } = useRoom();
  const over = useWatch(room.view, (view) => view.connection === "ended");
  const canChat = useWatch(room.view, (view) => view.canChat) && !over;
  const text = useWatch(draft.text);
  const asked = useWatch(draft.asked);
  const people = usePeople();
  const list = useId();
  const box = useRef<HTMLTextAreaElement>(null);
  const picked = useRef(new Map<string, string>()); // who was chosen under which name, should it change before I send
  const caretTo = useRef<number>(undefined);
  const [caret, setCaret] = useState(0);
  const [nth, setNth] = useState(0);
  const [closed, setClosed] = useState(false); // by Escape, until more is typed
  const tooLong = new TextEncoder().encode(text).length > Limits.MaxChatBytes;

  const mentioning = closed ? undefined : mentioningAt(text, caret);
  const offered = mentioning ? candidates(people, mentioning.query) : [];
  const chosen = Math.min(nth, offered.length - 1);

  const answered = useRef(asked);
  useEffect(() => {
    if (answered.current === asked) return;
    answered.current = asked;
    caretTo.current = draft.text.get().length;
    requestAnimationFrame(() => box.current?.focus()); // the pane comes to the front first
  }, [asked, draft]);

  useLayoutEffect(() => {
    if (caretTo.current === undefined || box.current?.value !== text) return;
    box.current.setSelectionRange(caretTo.current, caretTo.current);
    setCaret(caretTo.current);
    caretTo.current = undefined;
  }, [text]);

  const choose = (person: Person) => {
    if (!mentioning) return;
    picked.current.set(person.name, person.memberId);
    caretTo.current = mentioning.at + person.name.length + 2;
    draft.text.set(`${text.slice(0, mentioning.at)}@${person.name} ${text.slice(caret).replace(/^ /, "")}`);
    setNth(0);
  };

  const send = () => {
    const message = text.trim();
    if (!message || tooLong) return;
    const names = new Map(people.filter(({ me }) => !me).map(({ name, memberId }) => [name, memberId]));
    for (const [name, memberId] of picked.current) names.set(name, memberId);
    picked.current.clear();
    draft.text.set("");
    setCaret(0);
    pointer.sentInChat();
    room.chat.send(withMentions(message, names)).catch(() => {}); // it stands among the messages, with the reason
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (offered.length > 0 && step) setNth((chosen + step + offered.length) % offered.length);
    else if (offered.length > 0 && (event.key === "Enter" || event.key === "Tab") && !event.shiftKey)
      choose(offered[chosen]!);
    else if (offered.length > 0 && event.key === "Escape") setClosed(true);
    else if (event.key === "Enter" && !event.shiftKey) send();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div className={classes.composer}>
      {offered.length > 0 && <Mentions id={list} people={offered} chosen={chosen} onChoose={choose} />}
      <Textarea
        ref={box}
        className={classes.box ?? ""}
        aria-label="Message"
        aria-autocomplete="list"
        aria-controls={offered.length > 0 ? list : undefined}
        aria-activedescendant={offered.length > 0 ? optionId(list, chosen) : undefined}
        placeholder={
          over ? "Nothing is sent from here any more" : canChat ? "Write to the room" : "Viewers may not write here"
        }
        disabled={!canChat}
        error={tooLong && "A message has at most 16 KiB: shorten it, or put it into a file."}
        autosize
        maxRows={6}
        value={text}
        onKeyDown={onKeyDown}
        onSelect={(event) => setCaret(event.currentTarget.selectionStart)}
        onChange={(event) => {
          draft.text.set(event.currentTarget.value);
          setCaret(event.currentTarget.selectionStart);
          setClosed(false);
          setNth(0);
          pointer.typedInChat();
        }}
      />
      <ActionIcon
        size="lg"
        variant="light"
        aria-label="Send"
        disabled={!canChat || !text.trim() || tooLong}
        onClick={send}
      >
        <IconSend2 size={18} />
      </ActionIcon>
    </div>
  );
});
