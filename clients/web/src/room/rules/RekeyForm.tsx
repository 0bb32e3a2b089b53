import type { Person, Room } from "@coterie/core";
import { Button, Checkbox, Group, PasswordInput, Stack } from "@mantine/core";
import { useState } from "react";
import { toast } from "../../app/toast.ts";
import { useSubmit } from "../../app/useSubmit.ts";
import { useWatch } from "../../app/useWatch.ts";
import { usePeople } from "../people/usePeople.ts";
import { useRoom } from "../RoomContext.ts";
import classes from "./Rules.module.css";
import type { TakingAway } from "./takingAway.ts";

/** Says what new keys mean, asks who gets them, and gives them. Who is here now, and every owner, is ticked. */
export function RekeyForm({ change, onDone }: { change: TakingAway; onDone: () => void }) {
  const { room } = useRoom();
  const people = usePeople();
  const hasPassword = useWatch(room.view, (view) => view.passwordOpens);
  const knocking = useWatch(room.view, (view) => view.knocking);
  const timed = useWatch(room.view, (view) => view.linksUntil !== undefined);
  const others = people.filter((each) => !each.me && each.memberId !== change.person?.memberId);
  const askable = others.filter((each) => room.powers.knows(each.memberId));
  const [changed, setChanged] = useState<ReadonlyMap<string, boolean>>(new Map());
  const [password, setPassword] = useState("");
  const stays = (person: Person) => changed.get(person.memberId) ?? (person.live || person.role === "owner");

  const { busy, error, submit } = useSubmit(async () => {
    const staying = askable.filter(stays).map(({ memberId }) => memberId);
    const { byApproval } = change;
    const rekey = { staying, byApproval, ...(password !== "" && { password }) };
    if (change.person && change.role) await room.powers.lower(change.person.memberId, change.role, rekey);
    else await room.powers.rekey(rekey);
    toast(done(change));
    onDone();
  });

  return (
    <form onSubmit={submit}>
      <Stack>
        <p className={classes.text}>{meaning(change, askable.length > 0)}</p>
        {knocking.length > 0 && <p className={classes.text}>{atTheDoor(knocking.map(({ name }) => name))}</p>}
        {timed && (
          <p className={classes.text}>New links work until there are newer ones: their time was the old links’.</p>
        )}
        {askable.length > 0 && (
          <fieldset className={classes.staying}>
            <legend>Who stays</legend>
            {askable.map((person) => (
              <Checkbox
                key={person.memberId}
                size="sm"
                label={person.live ? person.name : `${person.name} (${whereIs(room, person)})`}
                checked={stays(person)}
                disabled={busy}
                onChange={(event) => setChanged(new Map(changed).set(person.memberId, event.currentTarget.checked))}
              />
            ))}
          </fieldset>
        )}
        {hasPassword && (
          <PasswordInput
            label="New password"
            description="Whoever goes knows the old one. Without a new one the room has no password: its links alone open it."
            autoComplete="new-password"
            value={password}
            disabled={busy}
            onChange={(event) => setPassword(event.currentTarget.value)}
          />
        )}
        {error && <p className={classes.error}>{error}</p>}
        <Group justify="flex-end">
          <Button variant="default" disabled={busy} onClick={onDone}>
            Cancel
          </Button>
          <Button type="submit" {...(change.person && { color: "red" })} loading={busy} data-autofocus>
            {change.person ? change.title : verb(change)}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function atTheDoor(names: readonly string[]): string {
  const who = names.length === 1 ? `${names[0]} waits` : `${names.join(", ")} wait`;
  return `${who} at the door by a link that this ends: let them in first, or give them a new one.`;
}

function whereIs(room: Room, { memberId }: Person): string {
  return room.powers.holdsKeys(memberId) ? "not here now" : "not here since the keys changed, or removed";
}

function verb({ byApproval }: TakingAway): string {
  if (byApproval === undefined) return "Make new links";
  return byApproval ? "Ask owners first" : "Let links open the room";
}

function meaning({ person, role, byApproval }: TakingAway, asked: boolean): string {
  const links = "The room gets new keys and new links: those given out so far open nothing any more.";
  const others = asked ? " Everyone ticked below types on as if nothing had happened." : "";
  if (!person) return `${coming(byApproval)}${links}${others}`;
  const fate = role
    ? `${person.name} stays, as ${role === "viewer" ? "a viewer" : `an ${role}`}.`
    : `${person.name} can read and write nothing here from then on. What they have read stays read.`;
  return `${fate} ${links}`;
}

function coming(byApproval: boolean | undefined): string {
  if (byApproval === undefined) return "";
  return byApproval
    ? "From now on who comes by a link or the password waits until an owner lets them in. "
    : "From now on whoever has a link, or the password, comes in by it. ";
}

function done({ person, role, byApproval }: TakingAway): string {
  if (!person && byApproval) return "Who comes now asks an owner. Copy a new link to invite somebody.";
  if (!person) return "The room has new links. Copy one to invite somebody.";
  return role
    ? `${person.name} is ${role === "viewer" ? "a viewer" : `an ${role}`} now.`
    : `${person.name} was removed.`;
}
