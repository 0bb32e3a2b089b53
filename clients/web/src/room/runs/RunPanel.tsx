import { Loader } from "@mantine/core";
import { type KeyboardEvent, type PointerEvent, useRef, useState } from "react";
import { Chunk } from "../../app/Chunk.ts";
import { Fetched } from "../../app/Fetched.tsx";
import { remembered } from "../../app/remembered.ts";
import { useWatch } from "../../app/useWatch.ts";
import { useRoom } from "../RoomContext.ts";
import { AskFiles } from "./AskFiles.tsx";
import { AskOnlineGdb } from "./onlinegdb/AskOnlineGdb.tsx";
import classes from "./Runs.module.css";
import { AskWandbox } from "./wandbox/AskWandbox.tsx";

const pane = new Chunk(() => import("./RunPane.tsx"));

const least = 15;
const most = 85;
const step = 5;

/** The programs of the room below everything else, as high as one likes. What it needs is fetched when it is wanted first. */
export function RunPanel() {
  const { runs } = useRoom();
  const isOpen = useWatch(runs.open);
  const asking = useWatch(runs.asking);
  return (
    <>
      {isOpen && <Panel />}
      {asking?.of === "server" && <AskFiles {...asking} />}
      {asking?.of === "wandbox" && <AskWandbox {...asking} />}
      {asking?.of === "onlinegdb" && <AskOnlineGdb {...asking} />}
    </>
  );
}

function Panel() {
  const panel = useRef<HTMLElement>(null);
  const [height, setHeight] = useState(() => within(Number(remembered.runsHeight() ?? 42)));
  const set = (percent: number) => {
    setHeight(within(percent));
    remembered.rememberRunsHeight(`${within(percent)}`);
  };
  const onPointerMove = (event: PointerEvent) => {
    if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
    const around = panel.current!.parentElement!.getBoundingClientRect();
    set((100 * (panel.current!.getBoundingClientRect().bottom - event.clientY)) / around.height);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const to = { ArrowUp: height + step, ArrowDown: height - step, Home: least, End: most }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    set(to);
  };
  return (
    <section
      ref={panel}
      className={classes.panel}
      style={{ height: `${height}%` }}
      data-pane="Runs"
      aria-label="Programs"
    >
      {/* biome-ignore lint/a11y/useSemanticElements: hr takes neither the keyboard nor a pointer */}
      <div
        className={classes.handle}
        role="separator"
        tabIndex={0}
        aria-orientation="horizontal"
        aria-label="Height of the programs"
        aria-valuenow={Math.round(height)}
        aria-valuemin={least}
        aria-valuemax={most}
        onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
        onPointerMove={onPointerMove}
        onKeyDown={onKeyDown}
      />
      <Fetched chunk={pane} meanwhile={<Meanwhile />}>
        {({ default: RunPane }) => <RunPane />}
      </Fetched>
    </section>
  );
}

function Meanwhile() {
  return (
    <div className={classes.middle} aria-busy="true">
      <Loader size="sm" aria-hidden />
      <span role="status">Fetching the terminal…</span>
    </div>
  );
}

function within(percent: number): number {
  return Math.min(Math.max(Number.isNaN(percent) ? 42 : percent, least), most);
}
