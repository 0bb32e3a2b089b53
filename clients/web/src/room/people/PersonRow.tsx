import type { ClientName, Connection, Person, TreeNode } from "@coterie/core";
import { ActionIcon, Tooltip } from "@mantine/core";
import { IconCode, IconRobot, IconShield, IconShieldCheckFilled, IconTerminal2 } from "@tabler/icons-react";
import rows from "../../app/Rows.module.css";
import { ago } from "../../landing/ago.ts";
import { Avatar } from "./Avatar.tsx";
import { FollowButton } from "./FollowButton.tsx";
import classes from "./People.module.css";

const momentMs = 60_000; // so long ago is "a moment ago"

const clients: Partial<Record<ClientName, { icon: typeof IconCode; label: string }>> = {
  terminal: { icon: IconTerminal2, label: "terminal" },
  editor: { icon: IconCode, label: "code editor" },
  agent: { icon: IconRobot, label: "agent" },
};

interface Props {
  person: Person;
  /** Where they are. */
  file: TreeNode | undefined;
  connection: Connection;
  /** Whom they follow, as they are called here. */
  followed: string | undefined;
  onGo: (() => void) | undefined;
  onWords: () => void;
}

/** One of the people: a press goes to where they are, the shield shows the words of their key. */
export function PersonRow({ person, file, connection, followed, onGo, onWords }: Props) {
  const client = clients[person.client];
  return (
    <li className={classes.row}>
      <button
        type="button"
        className={`${rows.row} ${classes.go}`}
        disabled={!onGo}
        onClick={onGo}
        data-live={person.live}
      >
        <Avatar name={person.name} colour={person.colour} away={!person.live || person.away || person.idle} />
        <span className={classes.who}>
          <strong>
            {person.name}
            {person.me && " (you)"}
          </strong>
          <span>{stateOf(person, file, connection, followed)}</span>
        </span>
        <span className={classes.role}>
          {person.role}
          {client && (
            <span className={classes.client}>
              <client.icon size={13} aria-hidden /> {client.label}
            </span>
          )}
        </span>
      </button>
      {!person.me && person.live && <FollowButton person={person} />}
      <Tooltip label={person.me ? "My words" : person.verified ? "Verified by you" : "Not verified"}>
        <ActionIcon
          className={classes.shield ?? ""}
          variant="subtle"
          color="gray"
          data-verified={person.verified}
          size="sm"
          aria-label={
            person.me ? "My words" : `Words of ${person.name}, ${person.verified ? "verified" : "not verified"}`
          }
          onClick={onWords}
        >
          {person.verified ? <IconShieldCheckFilled size={16} /> : <IconShield size={16} />}
        </ActionIcon>
      </Tooltip>
    </li>
  );
}

function stateOf(
  person: Person,
  file: TreeNode | undefined,
  connection: Connection,
  followed: string | undefined,
): string {
  if (connection === "ended") return person.me ? "not in the room any more" : "not known any more";
  if (connection !== "connected") return person.me ? "not connected" : "unknown until you are connected";
  const tabs = person.sessions > 1 ? `, ${person.sessions} tabs` : "";
  if (!person.live) return goneOf(person);
  if (person.away) return `away${tabs}`;
  if (person.typingInChat) return "writing a message";
  const idle = person.idle ? "idle, " : "";
  const follows = followed ? `, follows ${followed}` : "";
  if (!file) return `${idle}here${tabs}${follows}`;
  return `${idle}${person.typing ? "typing in" : "in"} ${file.shownName}${tabs}${follows}`;
}

/** Whether they left or lost their connection nobody can tell: the hub says only that they are no more there. */
function goneOf({ leftAt }: Person): string {
  if (leftAt === undefined) return "not here";
  const now = Date.now();
  return `not here: gone ${now - leftAt < momentMs ? "a moment ago" : ago(leftAt, now)}`;
}
