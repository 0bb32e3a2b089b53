import { ALARM_WORDS, type Alarm, type AlarmKind } from "@coterie/core";
import { Button } from "@mantine/core";
import { IconAlertOctagon, IconClockExclamation } from "@tabler/icons-react";
import { useState } from "react";
import { useWatch } from "../../app/useWatch.ts";
import { useRoom } from "../RoomContext.ts";
import { AlarmDialog } from "./AlarmDialog.tsx";
import classes from "./Alarms.module.css";

/** What nobody may overlook, and cannot put away: a strip for each kind of alarm, which opens what it means and what to do. */
export function Alarms() {
  const { room } = useRoom();
  const alarms = useWatch(room.view, (view) => view.alarms);
  const [opened, setOpened] = useState<AlarmKind>();
  const kinds = [...new Set(alarms.map(({ kind }) => kind))];
  const shown = kinds.find((kind) => kind === opened);
  return (
    <>
      {kinds.map((kind) => {
        const all = alarms.filter((alarm) => alarm.kind === kind);
        return <AlarmStrip key={kind} alarms={all} onOpen={() => setOpened(kind)} />;
      })}
      {shown && (
        <AlarmDialog
          kind={shown}
          alarms={alarms.filter(({ kind }) => kind === shown)}
          onClose={() => setOpened(undefined)}
        />
      )}
    </>
  );
}

function AlarmStrip({ alarms, onOpen }: { alarms: readonly Alarm[]; onOpen: () => void }) {
  const { kind, text } = alarms.at(-1)!;
  const calm = kind === "stale-view";
  const Icon = calm ? IconClockExclamation : IconAlertOctagon;
  return (
    <div className={classes.alarm} data-calm={calm || undefined} role="alert">
      <Icon size={26} aria-hidden />
      <p>
        <strong>{ALARM_WORDS[kind].title}</strong>
        {calm ? text : ALARM_WORDS[kind].happened}
      </p>
      <Button className={classes.open ?? ""} size="compact-md" variant="default" onClick={onOpen}>
        What to do
      </Button>
    </div>
  );
}
