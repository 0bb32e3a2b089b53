import type { Connection, Person, TreeNode } from "@coterie/core";
import { useWatch } from "../../app/useWatch.ts";
import { useRoom } from "../RoomContext.ts";
import { Avatar } from "./Avatar.tsx";
import classes from "./People.module.css";
import { usePeople } from "./usePeople.ts";

/** Everyone who is or was here; a press on someone goes to their caret. */
export function People() {
  const { room, desk } = useRoom();
  const people = usePeople();
  const nodes = useWatch(room.tree.view);
  const active = useWatch(desk.active);
  const connection = useWatch(room.view, (view) => view.connection);
  const ordered = people.toSorted((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name));
  return (
    <div className={classes.people} data-pane="People">
      <ul>
        {ordered.map((person) => {
          const file = nodes.find((node) => node.id === (person.me ? active : person.file));
          const follow = person.me || !file ? undefined : () => desk.open(file.id, { person: person.memberId });
          return (
            <li key={person.memberId}>
              <button type="button" disabled={!follow} onClick={follow} data-live={person.live}>
                <Avatar name={person.name} colour={person.colour} away={!person.live || person.away} />
                <span className={classes.who}>
                  <strong>
                    {person.name}
                    {person.me && " (you)"}
                  </strong>
                  <span>{stateOf(person, file, connection)}</span>
                </span>
                <span className={classes.role}>{person.role}</span>
              </button>
            </li>
          );
        })}
      </ul>
    </div>
  );
}

function rank(person: Person): number {
  return person.me ? 0 : person.live ? 1 : 2;
}

function stateOf(person: Person, file: TreeNode | undefined, connection: Connection): string {
  if (connection === "ended") return "the room has ended";
  if (connection !== "connected") return person.me ? "not connected" : "unknown until you are connected";
  const tabs = person.sessions > 1 ? `, ${person.sessions} tabs` : "";
  if (!person.live) return "not here";
  if (person.away) return `away${tabs}`;
  if (person.typingInChat) return "writing a message";
  if (!file) return `here${tabs}`;
  return `${person.typing ? "typing in" : "in"} ${file.shownName}${tabs}`;
}
