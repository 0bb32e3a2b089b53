import { useEffect, useMemo, useState } from "react";
import { Strip } from "../../app/Strip.tsx";
import { useWatch } from "../../app/useWatch.ts";
import { useRoom } from "../../room/RoomContext.ts";
import { watchText } from "../../room/watchText.ts";
import { usePicture } from "../../viewers/image/usePicture.ts";
import { Zoomed } from "../../viewers/image/Zoomed.tsx";
import type { Sort } from "../../viewers/sniff.ts";
import classes from "../../viewers/Viewer.module.css";
import { ViewNote } from "./ViewNote.tsx";

const svg = { what: "image", type: "image/svg+xml", called: "SVG" } as const satisfies Sort;

/** The text of an SVG as its picture, live: where the text is broken, as it was before that. */
export default function Drawing({ file }: { file: string }) {
  const { room, download } = useRoom();
  const node = useWatch(room.tree.view).find(({ id }) => id === file);
  const [read, setRead] = useState<{ readonly text: string | undefined }>();
  useEffect(() => watchText(room, file, (text) => setRead({ text })), [room, file]);
  const text = read?.text;
  const bytes = useMemo(() => (text ? new TextEncoder().encode(text) : undefined), [text]);
  const { drawn, fault } = usePicture(bytes, svg.type);

  if (!read) return <ViewNote busy>Fetching the file…</ViewNote>;
  if (text === undefined) return <ViewNote>This file was deleted.</ViewNote>;
  if (!bytes || !node) return <ViewNote>There is nothing in it yet.</ViewNote>;
  const shown = { name: node.shownName, bytes, sort: svg, onDownload: () => void download.file(node) };
  return (
    <div className={`${classes.pane} ${classes.viewer}`}>
      <Zoomed shown={shown} drawn={drawn}>
        {fault === "broken" && (
          <Strip role="alert">
            {whyBroken(text)} {drawn && "This is how it was before."}
          </Strip>
        )}
      </Zoomed>
    </div>
  );
}

/** A document that is only parsed runs nothing and fetches nothing. */
function whyBroken(text: string): string {
  const problem = new DOMParser().parseFromString(text, svg.type).querySelector("parsererror")?.textContent;
  if (problem == null) return "This text is no SVG.";
  const line = /\bline(?: number)? (\d+)/i.exec(problem)?.[1];
  return line === undefined ? "This SVG is broken." : `This SVG is broken in line ${line}.`;
}
