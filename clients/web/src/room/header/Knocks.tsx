import type { Knocker } from "@coterie/core";
import { Button } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { useState } from "react";
import { attempt } from "../../app/toast.ts";
import { useWatch } from "../../app/useWatch.ts";
import { useRoom } from "../RoomContext.ts";
import classes from "./Strip.module.css";

const most = { wide: 3, narrow: 1 };

/** Who waits to be let in, for owners to answer. The oldest stand first; who comes after them shows when these are answered. */
export function Knocks() {
  const { room } = useRoom();
  const knocking = useWatch(room.view, (view) => view.knocking);
  const narrow = useMediaQuery("(max-width: 720px)", undefined, { getInitialValueInEffect: false });
  if (knocking.length === 0) return null;
  const shown = most[narrow ? "narrow" : "wide"];
  const more = knocking.length - shown;
  return (
    <div role="status" aria-label="Who asks to come in">
      {knocking.slice(0, shown).map((knocker) => (
        <Row key={knocker.memberId} knocker={knocker} />
      ))}
      {more > 0 && (
        <div className={classes.strip}>
          <p>{more === 1 ? "One more person waits." : `${more} more people wait.`}</p>
        </div>
      )}
    </div>
  );
}

function Row({ knocker: { memberId, name, role } }: { knocker: Knocker }) {
  const { room } = useRoom();
  const [busy, setBusy] = useState(false);
  const answer = async (work: Promise<void>) => {
    setBusy(true);
    await attempt(work);
    setBusy(false);
  };
  return (
    <div className={classes.strip}>
      <p>
        <strong>{name}</strong> asks to come in by the {role}s’ link.
      </p>
      <Button size="compact-sm" disabled={busy} onClick={() => void answer(room.powers.admit(memberId, role))}>
        Let in {role === "editor" ? "as editor" : "as viewer"}
      </Button>
      {role === "editor" && (
        <Button
          size="compact-sm"
          variant="default"
          disabled={busy}
          onClick={() => void answer(room.powers.admit(memberId, "viewer"))}
        >
          As viewer
        </Button>
      )}
      <Button
        size="compact-sm"
        variant="subtle"
        disabled={busy}
        onClick={() => void answer(room.powers.turnAway(memberId))}
      >
        Turn away
      </Button>
    </div>
  );
}
