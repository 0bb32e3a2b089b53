import { NativeSelect } from "@mantine/core";
import { useState } from "react";
import { moment } from "../../app/moment.ts";
import { attempt } from "../../app/toast.ts";
import { useWatch } from "../../app/useWatch.ts";
import { useRoom } from "../RoomContext.ts";
import classes from "./Rules.module.css";

const hourMs = 60 * 60 * 1000;
const always = "always";
const set = "set";

const SPANS: readonly (readonly [string, string, number])[] = [
  ["hour", "for an hour", hourMs],
  ["day", "for a day", 24 * hourMs],
  ["week", "for a week", 7 * 24 * hourMs],
  ["month", "for 30 days", 30 * 24 * hourMs],
];

/** How long the links that were given out, and the password, let anybody in. */
export function LinkTime({ disabled }: { disabled: boolean }) {
  const { room } = useRoom();
  const until = useWatch(room.view, (view) => view.linksUntil);
  const [busy, setBusy] = useState(false);
  const choose = async (value: string) => {
    const span = SPANS.find(([name]) => name === value);
    setBusy(true);
    await attempt(room.powers.expire(span && Date.now() + span[2]));
    setBusy(false);
  };
  const over = until !== undefined && until <= Date.now();
  return (
    <div className={classes.choice}>
      <span>
        <strong>Links work</strong>
        <span className={classes.aside}>
          After that they, and the password, let in nobody new. Who was in comes back.
        </span>
      </span>
      <NativeSelect
        aria-label="How long links work"
        size="xs"
        className={classes.time}
        value={until === undefined ? always : set}
        disabled={disabled || busy}
        data={[
          { value: always, label: "until there are new ones" },
          ...(until === undefined
            ? []
            : [{ value: set, label: over ? "no more" : `until ${moment(until, Date.now())}` }]),
          ...SPANS.map(([value, label]) => ({ value, label })),
        ]}
        onChange={(event) => void choose(event.currentTarget.value)}
      />
    </div>
  );
}
