import { Button, Checkbox, Group, Radio, Stack } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import { Dialog } from "../../app/Dialog.tsx";
import { listed } from "../../app/listed.ts";
import { useWatch } from "../../app/useWatch.ts";
import { useRoom } from "../RoomContext.ts";
import classes from "./Bring.module.css";
import type { Phase } from "./Bring.ts";
import { countedFiles } from "./countedFiles.ts";
import { LeftOutList } from "./LeftOutList.tsx";
import {
  type Clash,
  type Fitting,
  fitting,
  legible,
  megabytes,
  noSpaceFor,
  type Plan,
  sizeOf,
  tooMuchOf,
} from "./plan.ts";
import { SpaceNote } from "./SpaceNote.tsx";

/** What is asked before files are brought in. */
export function BringDialog() {
  const { bring } = useRoom();
  const phase = useWatch(bring.phase);
  if (phase?.type !== "gathering" && phase?.type !== "asking") return null;
  return (
    <Dialog
      opened
      onClose={() => bring.stop()}
      closeOnClickOutside={false}
      title={phase.type === "gathering" ? "Looking at the files" : "Bring in files"}
      size="lg"
    >
      {phase.type === "gathering" ? <Gathering count={phase.count} /> : <Asking phase={phase} />}
    </Dialog>
  );
}

function Gathering({ count }: { count: number }) {
  const { bring } = useRoom();
  return (
    <Stack>
      <p className={classes.said} role="status">
        {countedFiles(count)} so far
      </p>
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
  const go = useRef<HTMLButtonElement>(null);
  const { folders, leftOut, clashes, terms } = plan;
  const fits = fitting(plan, clash);
  const isFull = fits.stays.length > 0;
  const nothing = isFull ? fits.files.length === 0 : plan.files.length + folders.length === 0;
  const cancel = useRef<HTMLButtonElement>(null);
  useEffect(() => (go.current?.disabled ? cancel : go).current?.focus(), []);
  return (
    <Stack>
      <p className={classes.said} role="status">
        {saidOf(plan, fits)}
      </p>
      {clashes.length > 0 && (
        <Radio.Group
          label={`${countedFiles(clashes.length)} of these names ${clashes.length === 1 ? "is" : "are"} in the room already: ${listed(clashes.map((path) => legible(path)))}`}
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
      <LeftOutList leftOut={[...noSpaceFor(fits.stays, terms.free), ...tooMuchOf(fits.tooMuch), ...leftOut]} />
      {!isFull && <SpaceNote />}
      <Group justify="flex-end">
        <Button ref={cancel} variant="default" onClick={() => bring.stop()}>
          Cancel
        </Button>
        <Button ref={go} disabled={nothing} onClick={() => void bring.go(plan, clash)}>
          {isFull ? "Bring in what fits" : "Bring in"}
        </Button>
      </Group>
    </Stack>
  );
}

/** What would come, and where the room has no space for all of it, that. */
function saidOf({ files, folders, terms }: Plan, { stays, needs, ...fits }: Fitting): string {
  if (files.length + folders.length === 0) return "There is nothing to bring in.";
  if (stays.length === 0) return `${countedFiles(fits.files.length)}, ${megabytes(sizeOf(fits.files))}.`;
  const space = `What is no text needs ${megabytes(needs)} in the room, and ${megabytes(terms.free)} are free.`;
  if (fits.files.length === 0) return `There is no space for it. ${space}`;
  return `There is no space for all of it. ${space} ${countedFiles(fits.files.length)}, ${megabytes(sizeOf(fits.files))}, would come.`;
}
