import type { Person } from "@coterie/core";
import { Menu, Tooltip } from "@mantine/core";
import { IconArrowUpRight, IconEye, IconEyeOff } from "@tabler/icons-react";
import { useState } from "react";
import { useWatch } from "../../app/useWatch.ts";
import { useRoom } from "../RoomContext.ts";
import { Avatar } from "./Avatar.tsx";
import classes from "./Face.module.css";

/** Someone else's face: a press goes to where they are; its menu (right button, or the menu key) offers to follow them. */
export function Face({ person }: { person: Person }) {
  const { room, desk } = useRoom();
  const { following } = room.together;
  const [menu, setMenu] = useState(false);
  const followed = useWatch(following.followed, (whom) => whom?.memberId === person.memberId);
  const file = useWatch(room.tree.view).find((node) => node.id === person.file);
  const go = () => file && desk.open(file.id, { person: person.memberId });
  return (
    <>
      <Tooltip label={file ? `Go to ${person.name}, in ${file.shownName}` : person.name} disabled={menu}>
        <button
          type="button"
          className={classes.face}
          data-followed={followed}
          style={{ outlineColor: person.colour }}
          aria-label={file ? `Go to ${person.name}` : `${person.name}, in no file`}
          onClick={() => (file ? go() : setMenu(true))}
          onContextMenu={(event) => {
            event.preventDefault();
            setMenu(true);
          }}
        >
          <Avatar name={person.name} colour={person.colour} away={person.away || person.idle} />
        </button>
      </Tooltip>
      {menu && (
        <Menu opened onChange={setMenu} position="bottom">
          <Menu.Target>
            <button type="button" tabIndex={-1} className={classes.spot} aria-label={person.name} />
          </Menu.Target>
          <Menu.Dropdown aria-label={person.name}>
            <Menu.Item leftSection={<IconArrowUpRight size={16} />} disabled={!file} onClick={go}>
              Go to {person.name}
            </Menu.Item>
            <Menu.Item
              leftSection={followed ? <IconEyeOff size={16} /> : <IconEye size={16} />}
              onClick={() => (followed ? following.stop() : following.start(person.memberId))}
            >
              {followed ? "Stop following" : "Follow"}
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      )}
    </>
  );
}
