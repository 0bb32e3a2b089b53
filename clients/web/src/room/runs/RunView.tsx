import { ActionIcon, Tooltip, useComputedColorScheme } from "@mantine/core";
import {
  IconEraser,
  IconKeyboard,
  IconKeyboardOff,
  IconPlayerStopFilled,
  IconReceipt,
  IconRefresh,
  IconSearch,
  type TablerIcon,
} from "@tabler/icons-react";
import { memo, useCallback, useEffect, useRef, useState } from "react";
import { attempt, toast } from "../../app/toast.ts";
import { useWatch } from "../../app/useWatch.ts";
import { editor } from "../layout/walkPanes.ts";
import { useRoom } from "../RoomContext.ts";
import { AskLink } from "./AskLink.tsx";
import { FindBar } from "./FindBar.tsx";
import { isOver } from "./isOver.ts";
import { openPlace } from "./problems/openPlace.ts";
import { ProblemMenu } from "./problems/ProblemMenu.tsx";
import { ReceiptDialog } from "./ReceiptDialog.tsx";
import type { RunTab } from "./RunDesk.ts";
import { RunStatus } from "./RunStatus.tsx";
import classes from "./Runs.module.css";
import { RunTerminal } from "./RunTerminal.ts";
import type { ShownRun } from "./ShownRun.ts";
import { useRunView } from "./useRunView.ts";
import { RemoteRun, type RemoteState } from "./wandbox/RemoteRun.ts";
import { RemoteStatus } from "./wandbox/RemoteStatus.tsx";

/** One run: its terminal, what can be done with it, and in a line how it stands. It stays, with all it said, while others are in front; the same program run again takes its terminal. */
export function RunView({ tab: { key, live }, shown }: { tab: RunTab; shown: boolean }) {
  const { room, desk, runs } = useRoom();
  const host = useRef<HTMLDivElement>(null);
  const [terminal, setTerminal] = useState<RunTerminal>();
  const [link, setLink] = useState<URL>();
  const [finds, setFinds] = useState(false);
  const find = useCallback(() => setFinds(true), []);
  const focused = useWatch(runs.focused, (one) => one === live);
  const scheme = useComputedColorScheme("light", { getInitialValueInEffect: false });
  const hasNoTerminal = useRunView(live)?.terminal === false;
  const pipes = live instanceof RemoteRun || hasNoTerminal;

  useEffect(() => {
    const made = new RunTerminal(host.current!, {
      onLink: setLink,
      onPlace: (place) => openPlace(desk, place),
      onFind: find,
      onLeave: () => editor()?.focus(),
      onSize: (size) => runs.size.set(size),
    });
    setTerminal(made);
    return () => {
      setTerminal(undefined);
      made.dispose();
    };
  }, [desk, runs, find]);
  useEffect(() => terminal?.show({ live, pipes, files: runs.problems.of(live)?.files }), [terminal, live, pipes, runs]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: its colours come from the page's scheme
  useEffect(() => terminal?.paint(), [terminal, scheme]);
  useEffect(() => {
    if (shown) terminal?.fit();
  }, [terminal, shown]);
  useEffect(() => {
    if (!terminal || !shown || !focused) return;
    runs.focused.set(undefined);
    terminal.focus();
  }, [terminal, shown, focused, runs]);

  return (
    <div className={classes.view} hidden={!shown} role="tabpanel" id={`run-${key}`} aria-labelledby={`run-tab-${key}`}>
      <div className={classes.tools} role="toolbar" aria-label="This run">
        <Tools live={live} terminal={terminal} onFind={find} />
      </div>
      {finds && terminal && (
        <FindBar
          terminal={terminal}
          onClose={() => {
            setFinds(false);
            terminal.endFind();
          }}
        />
      )}
      <div ref={host} className={classes.terminal} />
      <div className={classes.foot}>
        {live instanceof RemoteRun ? <RemoteStatus live={live} /> : <RunStatus live={live} />}
        <ProblemMenu live={live} />
      </div>
      {link && room && <AskLink link={link} onClose={() => setLink(undefined)} />}
    </div>
  );
}

interface ToolProps {
  readonly live: ShownRun;
  readonly terminal: RunTerminal | undefined;
  readonly onFind: () => void;
}

/** Drawn only when one comes or goes: a program says much, and these are slow to draw. */
const Tools = memo(function Tools({ live, terminal, onFind }: ToolProps) {
  const { room, runs } = useRoom();
  const over = useWatch<RemoteState, boolean>(live.state, () => isOver(live));
  const hand = useWatch(live.hand);
  const view = useRunView(live);
  const [receipt, setReceipt] = useState<ShownRun>();
  const share = async (everyone: boolean) => {
    const done = await attempt(room.runs.share(live.id, everyone).then(() => true));
    if (done) toast(everyone ? "Everyone in the room may type in it now." : "Nobody else may type in it any more.");
  };
  const lends = hand && !over && view?.terminal && !(live instanceof RemoteRun) && live.hasOwnHand;
  return (
    <>
      {hand && !over && <Tool label="Stop" icon={IconPlayerStopFilled} danger run={() => live.stop()} />}
      {over && <Tool label="Run it again" icon={IconRefresh} run={() => runs.again(live)} />}
      {lends && !view.shared && (
        <Tool label="Let everyone type in it" icon={IconKeyboard} run={() => void share(true)} />
      )}
      {lends && view.shared && (
        <Tool label="Let nobody else type in it" icon={IconKeyboardOff} run={() => void share(false)} />
      )}
      {view?.ended && <Tool label="Receipt" icon={IconReceipt} run={() => setReceipt(live)} />}
      {view && receipt === live && !(live instanceof RemoteRun) && (
        <ReceiptDialog live={live} view={view} onClose={() => setReceipt(undefined)} />
      )}
      <Tool label="Find" icon={IconSearch} run={onFind} />
      <Tool label="Clear" icon={IconEraser} run={() => terminal?.clear()} />
    </>
  );
});

interface OneTool {
  readonly label: string;
  readonly icon: TablerIcon;
  readonly danger?: boolean;
  readonly run: () => void;
}

function Tool({ label, icon: Icon, danger = false, run }: OneTool) {
  return (
    <Tooltip label={label} position="left">
      <ActionIcon variant="subtle" color={danger ? "red" : "gray"} aria-label={label} onClick={run}>
        <Icon size={16} />
      </ActionIcon>
    </Tooltip>
  );
}
