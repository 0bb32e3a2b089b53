import { Code } from "@coterie/core/wire/Refusal.ts";
import { Button, Checkbox, Group, Radio, Stack } from "@mantine/core";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { Dialog } from "../../app/Dialog.tsx";
import { listed } from "../../app/listed.ts";
import { useWatch } from "../../app/useWatch.ts";
import { TryAgain } from "../header/TryAgain.tsx";
import { useRoom } from "../RoomContext.ts";
import classes from "./Bring.module.css";
import type { Phase } from "./Bring.ts";
import type { LeftOut, Renamed } from "./gather.ts";
import { type Clash, legible, megabytes } from "./plan.ts";

const mostListed = 200;

/** What is asked, and told, while files are brought in. */
export function BringDialog() {
  const { bring } = useRoom();
  const phase = useWatch(bring.phase);
  if (phase === undefined) return null;
  return (
    <Dialog
      opened
      onClose={() => bring.stop()}
      closeOnClickOutside={phase.type === "told"}
      title={phase.type === "told" && phase.leftOut.length === 0 ? "Some have other names now" : titles[phase.type]}
      size="lg"
      closeButtonProps={{ "aria-label": phase.type === "bringing" ? "Stop" : "Close" }}
    >
      {phase.type === "gathering" && <Gathering count={phase.count} />}
      {phase.type === "asking" && <Asking phase={phase} />}
      {phase.type === "bringing" && <Bringing {...phase} />}
      {phase.type === "told" && <Told {...phase} />}
    </Dialog>
  );
}

const titles = {
  gathering: "Looking at the files",
  asking: "Bring in files",
  bringing: "Bringing in files",
  told: "Not everything came along",
};

function Gathering({ count }: { count: number }) {
  const { bring } = useRoom();
  return (
    <Stack>
      <p role="status">{counted(count, "file")} so far</p>
      <Group justify="flex-end">
        <Button variant="default" onClick={() => bring.stop()}>
          Cancel
        </Button>
      </Group>
    </Stack>
  );
}

function Asking({ phase: { plan, all } }: { phase: Extract<Phase, { type: "asking" }> }) {
  const { bring } = useRoom();
  const [clash, setClash] = useState<Clash>("both");
  const go = useFocused();
  const { files, folders, leftOut, clashes, bytes } = plan;
  const nothing = files.length + folders.length === 0;
  return (
    <Stack>
      <p className={classes.said} role="status">
        {nothing ? "There is nothing to bring in." : `${counted(files.length, "file")}, ${megabytes(bytes)}.`}
      </p>
      {clashes.length > 0 && (
        <Radio.Group
          label={`${counted(clashes.length, "file")} of these names ${clashes.length === 1 ? "is" : "are"} in the room already: ${listed(clashes.map((path) => legible(path)))}`}
          value={clash}
          onChange={(value) => setClash(value as Clash)}
        >
          <Stack gap="xs" mt="xs">
            <Radio value="both" label="Keep both: the new ones get a number, as in “name (2).txt”" />
            <Radio value="replace" label="Put what is new into the files that are there" />
            <Radio value="leave" label="Leave them out" />
          </Stack>
        </Radio.Group>
      )}
      <Checkbox
        label="Also what .gitignore names, .git and node_modules"
        checked={all}
        onChange={(event) => void bring.gather(event.currentTarget.checked)}
      />
      <List leftOut={leftOut} />
      <Group justify="flex-end">
        <Button variant="default" onClick={() => bring.stop()}>
          Cancel
        </Button>
        <Button ref={go} disabled={nothing} onClick={() => void bring.go(plan, clash)}>
          Bring in
        </Button>
      </Group>
    </Stack>
  );
}

function Bringing({ done, partly, total }: Extract<Phase, { type: "bringing" }>) {
  const { bring, room } = useRoom();
  const connection = useWatch(room.view, (view) => view.connection);
  const problem = useWatch(room.view, (view) => view.problem);
  const waits = connection !== "connected" || problem?.code === Code.StorageFailed;
  return (
    <Stack>
      <label className={classes.said}>
        {done.toLocaleString()} of {counted(total, "file")}
        <progress className={classes.progress} max={Math.max(total, 1)} value={done + partly} />
      </label>
      <p className={classes.waits} role="status">
        {waits && (problem?.text ?? "It goes on by itself when the room can be reached again.")}
      </p>
      <Group justify="flex-end">
        <TryAgain size="sm" />
        <Button variant="default" onClick={() => bring.stop()}>
          Stop
        </Button>
      </Group>
    </Stack>
  );
}

function Told({ brought, leftOut, renamed }: Extract<Phase, { type: "told" }>) {
  const { bring } = useRoom();
  const close = useFocused();
  return (
    <Stack>
      <p className={classes.said} role="status">
        {counted(brought, "file")} came.
      </p>
      <List leftOut={leftOut} />
      <Names renamed={renamed} />
      <Group justify="flex-end">
        <Button ref={close} onClick={() => bring.stop()}>
          Close
        </Button>
      </Group>
    </Stack>
  );
}

/** What does not come, and why. */
function List({ leftOut }: { leftOut: readonly LeftOut[] }) {
  if (leftOut.length === 0) return null;
  const lines = leftOut.slice(0, mostListed).map(({ path, why }) => (
    <li key={path}>
      <bdi className={classes.path}>{legible(path)}</bdi> <bdi className={classes.why}>{why}</bdi>
    </li>
  ));
  return (
    <section aria-label="Left out">
      <p className={classes.said}>Left out: {leftOut.length.toLocaleString()}</p>
      <Lines lines={lines} of={leftOut.length} />
    </section>
  );
}

/** What is called otherwise now. */
function Names({ renamed }: { renamed: readonly Renamed[] }) {
  if (renamed.length === 0) return null;
  const lines = renamed.slice(0, mostListed).map(({ from, to }) => (
    <li key={to}>
      <bdi className={classes.path}>{legible(from)}</bdi> → <bdi className={classes.path}>{legible(to)}</bdi>
    </li>
  ));
  return (
    <section aria-label="Other names">
      <p className={classes.said}>
        A room tells no names apart by capitals or by how an accent is written. Renamed:{" "}
        {renamed.length.toLocaleString()}
      </p>
      <Lines lines={lines} of={renamed.length} />
    </section>
  );
}

function Lines({ lines, of }: { lines: readonly ReactNode[]; of: number }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by the keyboard
    <ul className={classes.list} tabIndex={0}>
      {lines}
      {of > mostListed && <li>and {(of - mostListed).toLocaleString()} more</li>}
    </ul>
  );
}

/** What has the keyboard as soon as it is there. */
function useFocused() {
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => button.current?.focus(), []);
  return button;
}

function counted(count: number, what: string): string {
  return count === 1 ? `One ${what}` : `${count.toLocaleString()} ${what}s`;
}
