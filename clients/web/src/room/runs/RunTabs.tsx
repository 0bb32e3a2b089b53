import type { RunView } from "@coterie/core";
import { ActionIcon, Menu, Tooltip } from "@mantine/core";
import { IconAdjustmentsHorizontal, IconChevronDown, IconUsers, IconX } from "@tabler/icons-react";
import { type KeyboardEvent, memo, useEffect, useRef } from "react";
import { useWatch } from "../../app/useWatch.ts";
import { legible } from "../bring/plan.ts";
import { useRoom } from "../RoomContext.ts";
import { useRoomView } from "../useRoomView.ts";
import { endWords, listWords, phaseWords, wentWell } from "./endWords.ts";
import { mayRun } from "./mayRun.ts";
import type { RunTab } from "./RunDesk.ts";
import classes from "./Runs.module.css";
import type { ShownRun } from "./ShownRun.ts";
import { useRunView } from "./useRunView.ts";
import type { RemoteState } from "./wandbox/RemoteRun.ts";

const mostListed = 20;

/** The row above the terminal: a tab for each run that is looked at, all runs of the room, and the form. */
export function RunTabs() {
  const { runs } = useRoom();
  const tabs = useWatch(runs.tabs);
  const front = useWatch(runs.front);
  const at = tabs.findIndex(({ live }) => live === front);
  const shown = tabs[at]?.key;
  const row = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (shown) document.getElementById(`run-tab-${shown}`)?.scrollIntoView({ block: "nearest", inline: "center" });
  }, [shown]);
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (event.key === "Delete" && front) runs.close(front);
    else if (step && at >= 0) {
      runs.front.set(tabs[(at + step + tabs.length) % tabs.length]!.live);
      requestAnimationFrame(() => row.current?.querySelector<HTMLElement>("[aria-selected=true]")?.focus());
    }
  };
  return (
    <div className={classes.head}>
      <FormToggle />
      <div ref={row} className={classes.tabs} role="tablist" aria-label="Runs" onKeyDown={onKeyDown}>
        {tabs.map((tab) => (
          <Tab key={tab.key} tab={tab} inFront={tab.live === front} />
        ))}
      </div>
      <RoomRuns />
      <PutAway />
    </div>
  );
}

const FormToggle = memo(function FormToggle() {
  const { runs } = useRoom();
  const asksForm = useWatch(runs.asksForm);
  return (
    <Tooltip label={asksForm ? "Put the form away" : "What to run, and how"}>
      <ActionIcon
        variant={asksForm ? "light" : "subtle"}
        color={asksForm ? "brand" : "gray"}
        aria-label="What to run, and how"
        aria-expanded={asksForm}
        onClick={() => {
          runs.asksForm.set(!asksForm);
          if (!asksForm) void runs.ask();
        }}
      >
        <IconAdjustmentsHorizontal size={17} />
      </ActionIcon>
    </Tooltip>
  );
});

const PutAway = memo(function PutAway() {
  const { runs } = useRoom();
  return (
    <Tooltip label="Put the programs away">
      <ActionIcon variant="subtle" color="gray" aria-label="Put the programs away" onClick={() => runs.toggle()}>
        <IconX size={17} />
      </ActionIcon>
    </Tooltip>
  );
});

function Tab({ tab: { key, live, entry }, inFront }: { tab: RunTab; inFront: boolean }) {
  const { runs } = useRoom();
  const standing = useWatch<RemoteState, string>(live.state, phaseWords);
  const tone = useWatch<RemoteState, string>(live.state, toneOf);
  const over = useWatch<RemoteState, boolean>(live.state, ({ phase }) => phase === "ended");
  const view = useRunView(live);
  const name = legible(entry.split("/").at(-1)!, 40);
  const whose = view && !view.mine ? `${view.name}: ` : "";
  return (
    <span className={classes.tab} data-front={inFront}>
      <button
        type="button"
        role="tab"
        id={`run-tab-${key}`}
        aria-controls={`run-${key}`}
        aria-selected={inFront}
        tabIndex={inFront ? 0 : -1}
        onClick={() => runs.bring(live)}
      >
        <span className={classes.tabName}>
          {whose}
          {name}
        </span>
        <span className={classes.phase} data-tone={tone}>
          {standing}
        </span>
      </button>
      <span
        className={classes.close}
        aria-hidden
        title={live.started && !over ? "Stop and close" : "Close"}
        onClick={() => runs.close(live)}
      >
        <IconX size={14} />
      </span>
    </span>
  );
}

function toneOf({ phase, ended }: RemoteState): string {
  if (phase !== "ended" || !ended) return phase;
  return wentWell(ended) ? "good" : "bad";
}

/** How far a run of the log is: what a page that does not follow it knows is only whether it is over. */
function Standing({ view }: { view: RunView }) {
  const { room, runs } = useRoom();
  const now = useRoomView(room);
  const live = useWatch(runs.tabs, (tabs) => tabs.find((tab) => tab.live.id === view.id)?.live);
  if (view.ended) return endWords(view.ended);
  if (live) return <Followed live={live} />;
  return mayRun(view, now) ? "not over yet" : "its end is not known";
}

function Followed({ live }: { live: ShownRun }) {
  return listWords(useWatch<RemoteState>(live.state));
}

/** Every run of the room that is known here, the newest first. */
const RoomRuns = memo(function RoomRuns() {
  const { room } = useRoom();
  const none = useWatch(room.runs.view, (all) => all.length === 0);
  if (none) return null;
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <button type="button" className={classes.all} aria-label="Runs of the room">
          <IconUsers size={16} aria-hidden />
          <span>Runs of the room</span>
          <IconChevronDown size={14} aria-hidden />
        </button>
      </Menu.Target>
      <Menu.Dropdown className={classes.menu ?? ""}>
        <Listed />
      </Menu.Dropdown>
    </Menu>
  );
});

function Listed() {
  const { room, runs } = useRoom();
  const all = useWatch(room.runs.view);
  return all
    .toReversed()
    .slice(0, mostListed)
    .map((view) => (
      <Menu.Item key={view.id} onClick={() => runs.watch(view.id)}>
        <span className={classes.entry}>{legible(view.entry, 60)}</span>
        <span className={classes.aside}>
          {view.mine ? "You" : view.name}, {new Date(view.time).toLocaleTimeString([], { timeStyle: "short" })}
          {" · "}
          <Standing view={view} />
        </span>
      </Menu.Item>
    ));
}
