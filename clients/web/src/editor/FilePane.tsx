import type { RoomFile } from "@coterie/core";
import { Loader } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import { Chunk } from "../app/Chunk.ts";
import { Fetched } from "../app/Fetched.tsx";
import { Strip } from "../app/Strip.tsx";
import { words } from "../app/toast.ts";
import { useWatch } from "../app/useWatch.ts";
import { mayEdit } from "../room/mayEdit.ts";
import { useRoom } from "../room/RoomContext.ts";
import { BinaryPane } from "../viewers/BinaryPane.tsx";
import { DeletedNotice } from "./DeletedNotice.tsx";
import classes from "./FilePane.module.css";
import { Mended } from "./Mended.tsx";
import { mostWritten } from "./mostWritten.ts";
import { Rejected } from "./Rejected.tsx";
import { textEditor } from "./textEditorChunk.ts";

const largeText = new Chunk(() => import("./LargeText.tsx"));

interface Props {
  readonly id: string;
  readonly tab: string;
  /** Whether it has an editor now. */
  readonly live: boolean;
}

/** One file in a tab: a text to edit, or what can only be looked at. */
export function FilePane(props: Props) {
  const { room } = useRoom();
  const kind = useWatch(room.tree.view, (nodes) => nodes.find((node) => node.id === props.id)?.kind);
  const binary = useRef(false); // a deleted file is not in the tree any more, and it stays what it was, also where this begins after that
  binary.current ||= kind === "binary" || room.tree.contentOf(props.id) !== undefined;
  return binary.current ? <BinaryPane {...props} /> : <TextPane {...props} />;
}

/** One text: it loads, it is edited, or somebody deleted it. The document is held open as long as the tab stands. */
function TextPane({ id, tab, live }: Props) {
  const { room } = useRoom();
  const [file, setFile] = useState<RoomFile>();
  const [error, setError] = useState<string>();
  const seen = useRef(false); // whether anybody looks, or has looked
  seen.current ||= live;

  useEffect(() => {
    let gone = false;
    let opened: RoomFile | undefined;
    room.open(id).then(
      (result) => {
        opened = result;
        if (gone) result.close();
        else setFile(result);
      },
      (reason: unknown) => setError(words(reason)),
    );
    return () => {
      gone = true;
      opened?.close();
    };
  }, [room, id]);

  if (error) return <p className={classes.note}>{error}</p>;
  return file && seen.current ? <OpenFile file={file} tab={tab} live={live} /> : <Loading />;
}

function OpenFile({ file, tab, live }: { file: RoomFile; tab: string; live: boolean }) {
  const state = useWatch(file.state);
  const begun = useRef(false); // whether its editor stands: it stays while the document is made anew
  const stands = useRef(false); // what is typed while the document is made anew is only in the editor: it is not put away then
  const deleted = useRef(false); // whether it was deleted since: its editor takes the focus back when the file returns
  const { room } = useRoom();
  const canEdit = useWatch(room.view, mayEdit);
  const large = useRef<boolean>(undefined); // decided when it opens: who writes in it is not stopped by its last letter
  if (state === "ready") large.current ??= file.text.length > mostWritten;
  begun.current = state === "ready" || (begun.current && state === "loading");
  stands.current = live || (stands.current && state === "loading");
  if (state === "loading" && !begun.current) return <Unread />;
  deleted.current ||= state === "deleted";
  if (state === "deleted") return <DeletedNotice file={file} />;
  return (
    <div className={classes.pane}>
      <Rejected file={file} />
      <Mended file={file} />
      {!canEdit && !large.current && <WhyNot />}
      {!stands.current ? (
        <Loading />
      ) : large.current ? (
        <Fetched chunk={largeText} meanwhile={<Loading />}>
          {({ default: LargeText }) => <LargeText file={file} tab={tab} />}
        </Fetched>
      ) : (
        <Fetched chunk={textEditor} meanwhile={<Loading />}>
          {({ default: TextEditor }) => (
            <TextEditor file={file} tab={tab} takesFocus={deleted.current} readOnly={!canEdit} />
          )}
        </Fetched>
      )}
    </div>
  );
}

/** Why one cannot type here. */
function WhyNot() {
  const { room } = useRoom();
  const role = useWatch(room.view, (view) => view.role);
  const ended = useWatch(room.view, (view) => view.connection === "ended");
  const why = ended
    ? "This is the text as you last had it."
    : role === "viewer"
      ? "You are watching: you may read here, not edit. An owner can make you an editor."
      : "The owner has made the room read-only. You can write again when that is lifted.";
  return <Strip>{why}</Strip>;
}

/** Its text has not come yet, and where there is no connection it will not now. */
function Unread() {
  const { room } = useRoom();
  const connection = useWatch(room.view, (view) => view.connection);
  if (connection === "ended")
    return <p className={classes.note}>This file was not read here before the room ended for you.</p>;
  if (connection !== "connected")
    return <p className={classes.note}>This file was not read here yet: it comes with the connection.</p>;
  return <Loading />;
}

function Loading() {
  return (
    <div className={classes.loading} aria-busy="true">
      <Loader size="sm" aria-hidden />
      <span role="status">Fetching the file…</span>
    </div>
  );
}
