import type { TreeNode } from "@coterie/core";
import { Button } from "@mantine/core";
import { useMemo, useRef, useState } from "react";
import { Middle } from "../app/Middle.tsx";
import { Strip } from "../app/Strip.tsx";
import { useWatch } from "../app/useWatch.ts";
import { megabytes } from "../room/bring/plan.ts";
import { useRoom } from "../room/RoomContext.ts";
import { DeletedBinary, type Deletion } from "./DeletedBinary.tsx";
import { Guard } from "./Guard.tsx";
import { sniff } from "./sniff.ts";
import { useContent } from "./useContent.ts";
import { usePresence } from "./usePresence.ts";
import { useViewer } from "./useViewer.ts";
import classes from "./Viewer.module.css";

/** One file that is no text: it is fetched while its tab is among those looked at last, and shown by a viewer for what it is. */
export function BinaryPane({ id, tab, live }: { id: string; tab: string; live: boolean }) {
  const { room } = useRoom();
  const there = useWatch(room.tree.view, (nodes) => nodes.find((node) => node.id === id));
  const deletion = useWatch(room.tree.view, () => JSON.stringify(room.tree.deletionOf(id)));
  const known = useRef(there); // a room that is being rebuilt lacks its files for a moment
  known.current = there ?? known.current;
  if (!there && deletion) return <DeletedBinary id={id} deletion={JSON.parse(deletion) as Deletion} />;
  return <Living id={id} tab={tab} node={known.current} live={live} />;
}

interface LivingProps {
  readonly id: string;
  readonly tab: string;
  readonly node: TreeNode | undefined;
  readonly live: boolean;
}

function Living({ id, tab, node, live }: LivingProps) {
  const { room, download } = useRoom();
  const content = useContent(node, live);
  const { bytes, version, part, problem, again } = content;
  const connection = useWatch(room.view, (view) => view.connection);
  const [asHex, setAsHex] = useState(false);
  const sort = useMemo(() => bytes && sniff(bytes), [bytes]);
  const viewer = useViewer(asHex ? "bytes" : sort?.what);
  const pane = useRef<HTMLDivElement>(null);
  usePresence(id, tab, pane);

  const size = node?.content && `, ${megabytes(node.content.size)}`;
  const waits = connection === "connected" ? `Fetching the file${size ?? ""}…` : unreached(connection === "ended");
  const { Viewer } = viewer;
  const shown = bytes &&
    sort &&
    node && {
      ...{ id, name: node.shownName, bytes, sort, asHex },
      onHex: () => setAsHex(!asHex),
      onDownload: () => void download.file(node),
    };
  return (
    <div ref={pane} className={classes.pane} tabIndex={-1}>
      {bytes && part !== undefined && (
        <Strip role="status">
          It has other content now. {connection === "connected" ? `Fetching it… ${Math.floor(part * 100)} %` : waits}
        </Strip>
      )}
      {bytes && problem !== undefined && (
        <Strip role="alert">
          <span>It has other content now, which could not be fetched. {problem}</span>
          <Again onClick={again} />
        </Strip>
      )}
      {shown && Viewer && (
        <Guard key={`${version} ${asHex}`} shown={shown}>
          <Viewer shown={shown} />
        </Guard>
      )}
      {bytes && viewer.problem !== undefined && (
        <Middle>
          <p role="alert">{viewer.problem}</p>
          <Again onClick={viewer.again} />
        </Middle>
      )}
      {!bytes && problem !== undefined && (
        <Middle>
          <p role="alert">{problem}</p>
          <Again onClick={again} />
        </Middle>
      )}
      {((!bytes && problem === undefined) || (bytes && !Viewer && viewer.problem === undefined)) && (
        <Middle>
          {!bytes && part !== undefined && part > 0 && (
            <progress className={classes.progress} max={1} value={part} aria-label={`Fetching ${node?.shownName}`} />
          )}
          <p className={classes.soft} role="status">
            {bytes ? "One moment…" : waits}
          </p>
        </Middle>
      )}
    </div>
  );
}

function Again({ onClick }: { onClick: () => void }) {
  return (
    <Button size="compact-sm" variant="default" onClick={onClick}>
      Try again
    </Button>
  );
}

function unreached(ended: boolean): string {
  return ended
    ? "This file was not fetched here before the room ended for you."
    : "This file was not fetched here yet: it comes with the connection.";
}
