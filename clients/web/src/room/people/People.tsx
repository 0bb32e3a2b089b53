import type { Person } from "@coterie/core";
import { TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import { useWatch } from "../../app/useWatch.ts";
import { useRoom } from "../RoomContext.ts";
import classes from "./People.module.css";
import { PersonRow } from "./PersonRow.tsx";
import { PersonWords } from "./PersonWords.tsx";
import { usePeople } from "./usePeople.ts";

const filterFrom = 15; // people; fewer are seen at a glance
const minuteMs = 60_000;

/** Everyone who is or was here; a press on someone goes to their caret. */
export function People() {
  const { room, desk, attention } = useRoom();
  const saidAway = useWatch(attention.saidAway);
  const people = usePeople();
  const nodes = useWatch(room.tree.view);
  const active = useWatch(desk.active);
  const connection = useWatch(room.view, (view) => view.connection);
  const [filter, setFilter] = useState("");
  const [words, setWords] = useState<string>();
  useMinutes(people.some(({ leftAt }) => leftAt !== undefined));

  const many = people.length >= filterFrom;
  const wanted = many ? filter.trim().toLowerCase() : "";
  const shown = people.filter(({ name, role }) => name.toLowerCase().includes(wanted) || role === wanted);
  const ordered = shown.toSorted((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name));
  const asked = people.find(({ memberId }) => memberId === words);
  return (
    <div className={classes.people} data-pane="People">
      {people.length > 1 && connection === "connected" && <p className={classes.counts}>{countsOf(people)}</p>}
      {many && (
        <TextInput
          className={classes.filter ?? ""}
          size="xs"
          aria-label="Find a person"
          placeholder="Name or role"
          leftSection={<IconSearch size={14} />}
          value={filter}
          onChange={(event) => setFilter(event.currentTarget.value)}
        />
      )}
      <ul>
        {ordered.map((one) => {
          const person = one.me && saidAway ? { ...one, away: true } : one;
          const file = nodes.find((node) => node.id === (person.me ? active : person.file));
          const go = person.me || !file ? undefined : () => desk.open(file.id, { person: person.memberId });
          return (
            <PersonRow
              key={person.memberId}
              person={person}
              file={file}
              connection={connection}
              followed={whom(people, person)}
              onGo={go}
              onWords={() => setWords(person.memberId)}
            />
          );
        })}
      </ul>
      {ordered.length === 0 && (
        <p className={classes.nobody} role="status">
          Nobody is called so.
        </p>
      )}
      {asked && <PersonWords person={asked} onClose={() => setWords(undefined)} />}
    </div>
  );
}

/** Whom someone follows, as they are called here. */
function whom(people: readonly Person[], person: Person): string | undefined {
  const followed = person.live ? people.find(({ memberId }) => memberId === person.following) : undefined;
  return followed?.me ? "you" : followed?.name;
}

function rank(person: Person): number {
  if (person.me) return 0;
  if (!person.live) return person.leftAt === undefined ? 4 : 3;
  return person.away ? 2 : 1;
}

function countsOf(people: readonly Person[]): string {
  const here = people.filter(({ live }) => live);
  const away = here.filter((person) => person.away).length;
  const gone = people.length - here.length;
  return [`${here.length} here`, away > 0 && `${away} of them away`, gone > 0 && `${gone} not here`]
    .filter(Boolean)
    .join(" · ");
}

/** Renders again each minute, where something tells how long ago it was. */
function useMinutes(needed: boolean): void {
  const [, setMinute] = useState(0);
  useEffect(() => {
    if (!needed) return;
    const timer = setInterval(() => setMinute((minute) => minute + 1), minuteMs);
    return () => clearInterval(timer);
  }, [needed]);
}
