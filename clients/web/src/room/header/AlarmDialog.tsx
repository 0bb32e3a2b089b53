import { ALARM_WORDS, type Alarm, type AlarmKind, type Room } from "@coterie/core";
import { Button } from "@mantine/core";
import { Dialog } from "../../app/Dialog.tsx";
import { moment } from "../../app/moment.ts";
import { attempt } from "../../app/toast.ts";
import { useWatch } from "../../app/useWatch.ts";
import { useRoom } from "../RoomContext.ts";
import classes from "./Alarms.module.css";
import { saveAs } from "./saveAs.ts";

interface Props {
  kind: AlarmKind;
  alarms: readonly Alarm[];
  onClose: () => void;
}

/** What an alarm means, what to do about it, its facts, and the file that shows it to others. */
export function AlarmDialog({ kind, alarms, onClose }: Props) {
  const { room, dialog, download } = useRoom();
  const { title, happened, means, todo } = ALARM_WORDS[kind];
  const words = useWatch(room.view, (view) => view.words.length > 0);
  const shown = alarms.find(({ evidence }) => evidence);
  const save = async () => {
    const text = await attempt(room.evidence(shown!.id));
    if (text !== undefined) saveAs(`coterie-evidence-${room.view.get().id}.json`, text);
  };
  return (
    <Dialog opened onClose={onClose} title={title} size={620}>
      <div className={classes.told}>
        <h3>What happened</h3>
        <p>{happened}</p>
        <h3>What it means</h3>
        <p>{means}</p>
        <h3>What to do</h3>
        <ol>
          {todo.map((step) => (
            <li key={step}>{step}</li>
          ))}
        </ol>
        <div className={classes.doings}>
          {words && (
            <Button size="compact-md" variant="default" onClick={() => dialog.set("words")}>
              Verification words
            </Button>
          )}
          <Button size="compact-md" variant="default" onClick={() => void download.zip()}>
            Save a copy
          </Button>
          {shown && (
            <Button size="compact-md" onClick={() => void save()}>
              Save the evidence
            </Button>
          )}
        </div>
        {shown && (
          <p className={classes.small}>
            The evidence holds what was signed and sent, sealed as it was: no name, no text and no key of the room.
            Whoever runs “coterie evidence FILE” sees what it proves.
          </p>
        )}
        <h3>Details</h3>
        {alarms.map((alarm) => (
          <Facts key={alarm.id} alarm={alarm} room={room} />
        ))}
      </div>
    </Dialog>
  );
}

function Facts({ alarm, room }: { alarm: Alarm; room: Room }) {
  const people = useWatch(room.view, (view) => view.people);
  const { rule, text, stream, seq, head, members, at, heardAt } = alarm;
  const named = members.map((id) => people.find(({ memberId }) => memberId === id)?.name ?? id);
  const placed = alarm.kind !== "forked-manifests" && seq !== undefined && head !== undefined;
  return (
    <dl className={classes.facts}>
      <dt>Said</dt>
      <dd>{text}</dd>
      <dt>When</dt>
      <dd>
        {moment(at, Date.now())}
        {heardAt !== undefined && `, last heard ${moment(heardAt, Date.now())}`}
      </dd>
      {named.length > 0 && (
        <>
          <dt>Whose</dt>
          <dd>{named.join(", ")}</dd>
        </>
      )}
      {placed && (
        <>
          <dt>Where</dt>
          <dd>
            {nameOf(room, stream)}, position {seq}
          </dd>
          <dt>Own head</dt>
          <dd className={classes.code}>{head.slice(0, 32)}</dd>
        </>
      )}
      <dt>Rule</dt>
      <dd>{rule}</dd>
    </dl>
  );
}

function nameOf(room: Room, stream: string | undefined): string {
  const file = room.tree.view.get().find(({ id }) => id === stream);
  return file?.path ?? "the room itself";
}
