import type { Person } from "@coterie/core";
import { Switch, Tooltip } from "@mantine/core";
import { IconLock } from "@tabler/icons-react";
import { memo } from "react";
import { attempt } from "../../app/toast.ts";
import { useWatch } from "../../app/useWatch.ts";
import { ThemeSwitch } from "../../theme/ThemeSwitch.tsx";
import { Avatar } from "../people/Avatar.tsx";
import { Face } from "../people/Face.tsx";
import { usePeople } from "../people/usePeople.ts";
import { useRoom } from "../RoomContext.ts";
import { RunsToggle } from "../runs/RunsToggle.tsx";
import { Badge } from "./Badge.tsx";
import { CopyLink } from "./CopyLink.tsx";
import classes from "./Header.module.css";
import { RoomMenu } from "./RoomMenu.tsx";

const mostAvatars = 5;

function OwnFace({ person }: { person: Person }) {
  return (
    <Tooltip label={`${person.name} (you)`}>
      <span>
        <Avatar name={person.name} colour={person.colour} away={person.away} />
        <span className="visually-hidden">{person.name}</span>
      </span>
    </Tooltip>
  );
}

function Faces() {
  const live = usePeople().filter((person) => person.live);
  return (
    <ul className={classes.avatars} aria-label={`${live.length} in the room`}>
      {live.slice(0, mostAvatars).map((person) => (
        <li key={person.memberId}>{person.me ? <OwnFace person={person} /> : <Face person={person} />}</li>
      ))}
      {live.length > mostAvatars && <li className={classes.more}>+{live.length - mostAvatars}</li>}
    </ul>
  );
}

/** Its menus are slow to draw: nothing that changes often is read here. */
export const Header = memo(function Header() {
  const { room } = useRoom();
  const title = useWatch(room.view, (view) => view.title);
  const role = useWatch(room.view, (view) => view.role);
  const locked = useWatch(room.view, (view) => view.locked);
  const readOnly = useWatch(room.view, (view) => view.readOnly);
  const over = useWatch(room.view, (view) => view.connection === "ended");
  return (
    <header className={classes.header} data-pane="Header">
      <img src="./mark.svg" alt="Coterie" width={24} height={24} />
      <h1 title={title}>{title || "Untitled room"}</h1>
      <Badge />
      {locked && (
        <Tooltip label="Locked: nobody new may come in">
          <IconLock size={16} className={classes.locked} role="img" aria-label="Locked: nobody new may come in" />
        </Tooltip>
      )}
      <span className={classes.gap} />
      <Faces />
      {role === "owner" && !over && (
        <Switch
          className={classes.readOnly}
          label="Read-only"
          size="sm"
          checked={readOnly}
          onChange={(event) => void attempt(room.powers.setReadOnly(event.currentTarget.checked))}
        />
      )}
      {!over && <RunsToggle />}
      {!over && <CopyLink />}
      <span className={classes.theme}>
        <ThemeSwitch />
      </span>
      <RoomMenu />
    </header>
  );
});
