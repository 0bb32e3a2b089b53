import { Code } from "@coterie/core/wire/Refusal.ts";
import { Button, CloseButton } from "@mantine/core";
import { type ReactNode, useEffect, useLayoutEffect, useRef, useState } from "react";
import look from "../../app/Card.module.css";
import { Dialog } from "../../app/Dialog.tsx";
import { useWatch } from "../../app/useWatch.ts";
import { editor } from "../layout/walkPanes.ts";
import { useRoom } from "../RoomContext.ts";
import classes from "./Bring.module.css";
import type { Phase } from "./Bring.ts";
import { countedFiles } from "./countedFiles.ts";
import { countOf, LeftOutList, RenamedList } from "./LeftOutList.tsx";
import { timeLeft } from "./Pace.ts";
import { megabytes } from "./plan.ts";

type Bringing = Extract<Phase, { type: "bringing" }>;
type Told = Extract<Phase, { type: "told" }>;

/** How far files on their way into the room are, and what is to be said at their end, beside one's work: on a phone a strip below it. */
export function BringCard() {
  const { bring } = useRoom();
  const type = useWatch(bring.phase, (phase) => phase?.type);
  return type === "bringing" || type === "told" || type === "cutOff" ? <Card key={type} /> : null;
}

function Card() {
  const { bring } = useRoom();
  const phase = useWatch(bring.phase);
  const card = useRef<HTMLElement>(null);
  const from = useRef<HTMLElement>(undefined); // where the keyboard was before it came here
  useLayoutEffect(() => {
    const own = card.current;
    return () => {
      if (!own?.contains(document.activeElement)) return;
      if (bring.phase.get() === undefined) (from.current?.isConnected ? from.current : editor())?.focus();
      else requestAnimationFrame(focusCard); // an Enter that comes late is no line in a text
    };
  }, [bring]);
  return (
    <section
      ref={card}
      className={`${look.card} ${classes.card}`}
      data-pane="Bringing"
      aria-label="Bringing in files"
      onFocus={({ currentTarget, relatedTarget }) => {
        if (relatedTarget instanceof HTMLElement && !currentTarget.contains(relatedTarget))
          from.current = relatedTarget;
      }}
    >
      {phase?.type === "bringing" && <UnderWay {...phase} />}
      {phase?.type === "told" && <Told {...phase} />}
      {phase?.type === "cutOff" && (
        <Line
          text={`A page of this browser was closed while files came in: ${phase.came.toLocaleString()} of ${countedFiles(phase.total).toLowerCase()} are in the room. Bring them in once more, and leave out those that are there.`}
        />
      )}
    </section>
  );
}

function focusCard(): void {
  document.querySelector<HTMLElement>("[data-pane=Bringing] button")?.focus();
}

function UnderWay({ done, total, bytes, allBytes, left }: Bringing) {
  const { room } = useRoom();
  const connection = useWatch(room.view, (view) => view.connection);
  const isFull = useWatch(room.view, ({ problem }) => problem?.code === Code.StorageFailed);
  const reached = connection === "connected" && !isFull;
  const count = `${done.toLocaleString()} of ${countedFiles(total).toLowerCase()}`;
  const amount = `${megabytes(bytes)} of ${megabytes(allBytes)}`;
  const percent = allBytes + total === 0 ? 100 : Math.floor((100 * (bytes + done)) / (allBytes + total));
  return (
    <>
      <p className={classes.head} aria-hidden>
        <strong>Bringing in</strong> {count}
      </p>
      <progress
        className={classes.progress}
        max={100}
        value={percent}
        aria-label="Bringing in files"
        aria-valuetext={`${count}, ${amount}`}
      />
      <p className={classes.amount} aria-hidden>
        {amount}
        {reached && left !== undefined && <span>{timeLeft(left)}</span>}
      </p>
      <p className="visually-hidden" role="status">
        {percent < 25 ? `Bringing in ${countedFiles(total).toLowerCase()}.` : `${percent - (percent % 25)} % are here.`}
      </p>
      <p className={classes.waits} role="status">
        {connection === "ended"
          ? "This page is not in the room any more: what is not here does not come."
          : !reached && "It goes on by itself when the room can be reached again."}
      </p>
      <Stopping left={total - done} />
    </>
  );
}

/** The way out, which asks first: what is half done does not come. */
function Stopping({ left }: { left: number }) {
  const { bring } = useRoom();
  const [asking, setAsking] = useState(false);
  const first = useRef<HTMLButtonElement>(null);
  const asked = useRef(false);
  useEffect(() => {
    if (asked.current !== asking) first.current?.focus();
    asked.current = asking;
  }, [asking]);
  if (!asking)
    return (
      <div className={classes.actions}>
        <Button ref={first} size="compact-sm" variant="default" onClick={() => setAsking(true)}>
          Stop
        </Button>
      </div>
    );
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Escape takes the question back, wherever one is in it
    <div
      className={classes.actions}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.preventDefault();
        setAsking(false);
      }}
    >
      <Question left={left} />
      <Button ref={first} size="compact-sm" variant="default" onClick={() => setAsking(false)}>
        Go on
      </Button>
      <Button size="compact-sm" color="red" variant="light" onClick={() => bring.stop()}>
        Stop now
      </Button>
    </div>
  );
}

/** Said once, as it was when it was asked: the number on the screen changes with each file that comes. */
function Question({ left }: { left: number }) {
  const text =
    left === 0
      ? "Stop waiting for the server? What it has not taken yet is sent all the same."
      : `Stop? ${countedFiles(left)} would not come; what is in the room stays.`;
  const [said] = useState(text);
  return (
    <>
      <p className={classes.question} aria-hidden>
        {text}
      </p>
      <p className="visually-hidden" role="alert">
        {said}
      </p>
    </>
  );
}

function Told({ brought, leftOut, renamed }: Told) {
  const [shown, setShown] = useState(false);
  const count = countOf(leftOut);
  const text =
    count === 0
      ? `${countedFiles(brought)} came. Some have other names now.`
      : `${countedFiles(brought)} came. Not everything came along: ${count.toLocaleString()} left out.`;
  return (
    <Line text={text}>
      <Button size="compact-sm" variant="light" onClick={() => setShown(true)}>
        {count === 0 ? "Show the other names" : "Show what was left out"}
      </Button>
      <Dialog
        opened={shown}
        onClose={() => setShown(false)}
        title={count === 0 ? "Some have other names now" : "Not everything came along"}
        size="lg"
      >
        <LeftOutList leftOut={leftOut} />
        <RenamedList renamed={renamed} />
      </Dialog>
    </Line>
  );
}

function Line({ text, children }: { text: string; children?: ReactNode }) {
  const { bring } = useRoom();
  return (
    <div className={classes.line}>
      <p role="status">{text}</p>
      <CloseButton size="sm" aria-label="Dismiss" onClick={() => bring.dismiss()} />
      {children}
    </div>
  );
}
