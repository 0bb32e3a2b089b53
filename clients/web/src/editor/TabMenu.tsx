import { Menu } from "@mantine/core";
import { useWatch } from "../app/useWatch.ts";
import { useRoom } from "../room/RoomContext.ts";
import classes from "./FileTabs.module.css";
import { tabCommands } from "./tabCommands.ts";

export interface MenuPlace {
  readonly tab: string;
  readonly x: number;
  readonly y: number;
}

/** The menu of one tab, where the mouse or the key for it was pressed. */
export function TabMenu({ place, onClose }: { place: MenuPlace; onClose: () => void }) {
  const parts = useRoom();
  const tab = useWatch(parts.desk.tabs).find(({ id }) => id === place.tab);
  if (!tab) return null;
  return (
    <Menu
      opened
      onClose={onClose}
      position="bottom-start"
      clickOutsideEvents={["mousedown", "touchstart"]} // the key that opens it is still on its way to the document
      returnFocus
    >
      <Menu.Target>
        <button
          type="button"
          tabIndex={-1}
          aria-label="Tab"
          className={classes.menuSpot}
          style={{ left: place.x, top: place.y }}
        />
      </Menu.Target>
      <Menu.Dropdown aria-label="Tab">
        {tabCommands(parts, tab).map(({ id, label, icon: Icon, keys, run }) => (
          <Menu.Item
            key={id}
            leftSection={Icon ? <Icon size={16} /> : <span className={classes.noIcon} />}
            rightSection={keys}
            onClick={run}
          >
            {label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
