import { plainChatText } from "@coterie/core";
import { useDocumentVisibility } from "@mantine/hooks";
import { useEffect } from "react";
import { useWatch } from "../../app/useWatch.ts";
import { useRoom } from "../RoomContext.ts";

const mostLetters = 200; // of a message that is read out

/** The room's name in the tab; while the page is hidden, with what waits in the chat. A mention that I do not see is said to who listens. */
export function PageTitle() {
  const { room, unread } = useRoom();
  const title = useWatch(room.view, (view) => view.title);
  const count = useWatch(unread.count);
  const mentions = useWatch(unread.mentions);
  const lastForMe = useWatch(unread.lastForMe);
  const [knocker] = useWatch(room.view, (view) => view.knocking);
  const hidden = useDocumentVisibility() === "hidden";
  const waiting = hidden && count > 0;

  useEffect(() => {
    const forMe = mentions > 0 ? `, ${mentions} for you` : "";
    const asked = hidden && knocker ? `${knocker.name} asks to come in · ` : "";
    document.title = `${asked}${waiting ? `(${count}${forMe}) ` : ""}${title || "Room"} · Coterie`;
  }, [title, hidden, waiting, count, mentions, knocker]);

  useEffect(() => {
    if (!waiting) return;
    showMark(mentions > 0 ? "mark-mention.svg" : "mark-unread.svg");
    return () => showMark("mark.svg");
  }, [waiting, mentions]);

  const nameOf = (id: string) => room.view.get().people.find(({ memberId }) => memberId === id)?.name;
  return (
    <p className="visually-hidden" role="status">
      {lastForMe && `${lastForMe.name} mentions you: ${plainChatText(lastForMe.text, nameOf).slice(0, mostLetters)}`}
    </p>
  );
}

/** The mark in the page's tab. */
function showMark(file: string): void {
  document.querySelector<HTMLLinkElement>("link[rel=icon]")?.setAttribute("href", `./${file}`);
}
