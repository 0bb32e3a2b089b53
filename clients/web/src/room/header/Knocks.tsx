import type { Knocker, Person } from "@coterie/core";
import { Button } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { useEffect, useRef, useState } from "react";
import { attempt } from "../../app/toast.ts";
import { useWatch } from "../../app/useWatch.ts";
import { editor } from "../layout/walkPanes.ts";
import { useRoom } from "../RoomContext.ts";
import classes from "./Strip.module.css";

const most = { wide: 3, narrow: 1 };
const slideMs = 700; // in which a second press is meant for the row that has gone

/** Who waits to be let in, for owners to answer. The oldest stand first; who comes after them shows when these are answered. */
export function Knocks() {
  const { room } = useRoom();
  const knocking = useWatch(room.view, (view) => view.knocking);
  const narrow = useMediaQuery("(max-width: 720px)", undefined, { getInitialValueInEffect: false });
  const box = useRef<HTMLDivElement>(null);
  const answered = useRef<string>(undefined);
  const before = useRef<readonly Knocker[]>([]);
  const stillUntil = useRef(0);
  useEffect(() => {
    const gone = before.current.filter((knocker) => !knocking.includes(knocker));
    before.current = knocking;
    if (gone.length > 0) stillUntil.current = Date.now() + slideMs;
    if (!gone.some(({ memberId }) => memberId === answered.current)) return;
    answered.current = undefined;
    if (document.activeElement !== document.body) return; // I am elsewhere by now
    (box.current?.querySelector("button") ?? editor())?.focus();
  }, [knocking]);
  const strangers = useWatch(room.view, (view) => view.strangers);
  if (knocking.length + strangers === 0) return null;
  const shown = most[narrow ? "narrow" : "wide"];
  const more = knocking.length - shown;
  return (
    <div ref={box} role="status" aria-label="Who asks to come in" data-pane="Door">
      {knocking.slice(0, shown).map((knocker) => (
        <Row
          key={knocker.memberId}
          knocker={knocker}
          mayAnswer={() => Date.now() >= stillUntil.current}
          onAnswered={() => {
            answered.current = knocker.memberId;
          }}
        />
      ))}
      {strangers > 0 && (
        <div className={classes.strip}>
          <p>
            {strangers === 1 ? "Somebody knocks" : `${strangers} knock`} without proof of a link, and may keep others
            out. If it goes on, make new links: People and rules.
          </p>
          {more <= 0 && <TurnAllAway />}
        </div>
      )}
      {more > 0 && (
        <div className={classes.strip}>
          <p>{more === 1 ? "One more person waits." : `${more} more people wait.`}</p>
          <TurnAllAway />
        </div>
      )}
    </div>
  );
}

function TurnAllAway() {
  const { room } = useRoom();
  const [busy, setBusy] = useState(false);
  const turnAway = async () => {
    setBusy(true);
    await attempt(room.powers.turnAllAway());
    setBusy(false);
  };
  return (
    <Button size="compact-sm" variant="subtle" disabled={busy} onClick={() => void turnAway()}>
      Turn all away
    </Button>
  );
}

interface RowProps {
  knocker: Knocker;
  mayAnswer: () => boolean;
  onAnswered: () => void;
}

function Row({ knocker: { memberId, name, role, byPassword }, mayAnswer, onAnswered }: RowProps) {
  const { room } = useRoom();
  const people = useWatch(room.view, (view) => view.people);
  const [busy, setBusy] = useState(false);
  const answer = async (work: () => Promise<void>) => {
    if (!mayAnswer()) return;
    setBusy(true);
    onAnswered();
    await attempt(work());
    setBusy(false);
  };
  return (
    <div className={classes.strip}>
      <p>
        <strong>{name}</strong> asks to come in {byPassword ? "with the password" : `by the ${role}s’ link`}.
        {caution(people, memberId, name, room.powers.holdsKeys(memberId))}
      </p>
      <Button size="compact-sm" disabled={busy} onClick={() => void answer(() => room.powers.admit(memberId, role))}>
        Let in {role === "editor" ? "as editor" : "as viewer"}
      </Button>
      {role === "editor" && (
        <Button
          size="compact-sm"
          variant="default"
          disabled={busy}
          onClick={() => void answer(() => room.powers.admit(memberId, "viewer"))}
        >
          As viewer
        </Button>
      )}
      <Button
        size="compact-sm"
        variant="subtle"
        disabled={busy}
        onClick={() => void answer(() => room.powers.turnAway(memberId))}
      >
        Turn away
      </Button>
    </div>
  );
}

/** A name is what somebody typed: whether they were here before, and under which, says their key. */
function caution(people: readonly Person[], memberId: string, name: string, holdsKeys: boolean): string {
  const same = people.find((person) => person.memberId === memberId);
  if (same) {
    const before = same.name === name ? "" : ` as ${same.name}`;
    if (holdsKeys) return ` They are known here${before}.`;
    return ` They were here before${before}: removed since, or away when the keys changed.`;
  }
  return people.some((person) => person.name === name) ? ` Another ${name} is known here: this is somebody else.` : "";
}
