import type { Person, RoleName } from "@coterie/core";
import { Button, NativeSelect } from "@mantine/core";
import { useState } from "react";
import { attempt, toast } from "../../app/toast.ts";
import { Avatar } from "../people/Avatar.tsx";
import { usePeople } from "../people/usePeople.ts";
import { useRoom } from "../RoomContext.ts";
import classes from "./Rules.module.css";
import { demotion, isLess, removal, type TakingAway } from "./takingAway.ts";

const ROLES: readonly RoleName[] = ["viewer", "editor", "owner"];

/** Everybody whom the owner's page knows, with their role; who is not known to it any more cannot be given another. */
export function Members({ disabled, onAsk }: { disabled: boolean; onAsk: (change: TakingAway) => void }) {
  const { room } = useRoom();
  const people = usePeople();
  const known = people.filter((person) => person.me || room.powers.knows(person.memberId));
  return (
    <section aria-label="People" className={classes.section}>
      <h3>People</h3>
      <ul className={classes.members}>
        {known.map((person) => (
          <Member key={person.memberId} person={person} disabled={disabled} onAsk={onAsk} />
        ))}
      </ul>
    </section>
  );
}

interface MemberProps {
  readonly person: Person;
  readonly disabled: boolean;
  readonly onAsk: (change: TakingAway) => void;
}

function Member({ person, disabled, onAsk }: MemberProps) {
  const { room } = useRoom();
  const [busy, setBusy] = useState(false);
  const keyed = person.me || room.powers.holdsKeys(person.memberId);
  const choose = async (role: RoleName) => {
    if (role === person.role) return;
    if (isLess(role, person.role)) return onAsk(demotion(person, role));
    setBusy(true);
    const raised = await attempt(room.powers.raise(person.memberId, role).then(() => true));
    if (raised) toast(`${person.name} is ${role === "owner" ? "an owner" : "an editor"} now.`);
    setBusy(false);
  };
  return (
    <li>
      <Avatar name={person.name} colour={person.colour} away={!person.live} />
      <span className={classes.who}>
        <strong>
          {person.name}
          {person.me && " (you)"}
        </strong>
        {!person.live && <span>{keyed ? "not here" : "not here since the keys changed"}</span>}
      </span>
      {person.me || !keyed ? (
        <span className={classes.role}>{keyed ? person.role : ""}</span>
      ) : (
        <>
          <NativeSelect
            aria-label={`Role of ${person.name}`}
            size="xs"
            value={person.role}
            disabled={disabled || busy}
            data={ROLES.map((role) => ({ value: role, label: role }))}
            onChange={(event) => void choose(event.currentTarget.value as RoleName)}
          />
          <Button
            size="xs"
            variant="subtle"
            color="red"
            disabled={disabled}
            aria-label={`Remove ${person.name}`}
            onClick={() => onAsk(removal(person))}
          >
            Remove
          </Button>
        </>
      )}
    </li>
  );
}
