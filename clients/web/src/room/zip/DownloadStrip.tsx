import { Button } from "@mantine/core";
import { useEffect, useLayoutEffect, useRef, useState } from "react";
import { useWatch } from "../../app/useWatch.ts";
import { megabytes } from "../bring/plan.ts";
import strips from "../header/Strip.module.css";
import { editor } from "../layout/walkPanes.ts";
import { useRoom } from "../RoomContext.ts";
import classes from "./Download.module.css";

/** What is done sooner is not worth a line that comes and goes. */
const patienceMs = 400;

/** How far a download is, and its end. */
export function DownloadStrip() {
  const { download } = useRoom();
  const runs = useWatch(download.running, (running) => running !== undefined);
  const [long, setLong] = useState(false);
  useEffect(() => {
    if (!runs) return;
    const timer = setTimeout(() => setLong(true), patienceMs);
    return () => {
      clearTimeout(timer);
      setLong(false);
    };
  }, [runs]);
  return runs && long ? <Strip /> : null;
}

function Strip() {
  const { download, room } = useRoom();
  const running = useWatch(download.running);
  const reached = useWatch(room.view, (view) => view.connection === "connected");
  const strip = useRef<HTMLElement>(null);
  useLayoutEffect(() => {
    const own = strip.current;
    return () => {
      if (own?.contains(document.activeElement)) editor()?.focus();
    };
  }, []);
  if (!running) return null;
  const { name, way, done, total } = running;
  const inFiles = way.unit === "files";
  const count = inFiles
    ? `${done.toLocaleString()} of ${total.toLocaleString()} ${total === 1 ? "file" : "files"}`
    : `${megabytes(done)} of ${megabytes(total)}`;
  return (
    <section ref={strip} className={strips.strip} data-calm aria-label={way.title}>
      <p role="status">
        {way.doing(name)}
        {reached || !inFiles ? "" : ": what was not read yet comes when the room can be reached again"}
      </p>
      <progress
        className={classes.bar}
        value={total === 0 ? 1 : done}
        max={Math.max(total, 1)}
        aria-label={name}
        aria-valuetext={count}
      />
      <span className={classes.count} aria-hidden>
        {count}
      </span>
      <Button size="compact-sm" variant="default" onClick={() => download.cancel()}>
        {way.cancel}
      </Button>
    </section>
  );
}
