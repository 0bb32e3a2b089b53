import { ActionIcon, Menu } from "@mantine/core";
import { IconDots } from "@tabler/icons-react";
import { Fragment, useEffect, useRef } from "react";
import { useWatch } from "../../app/useWatch.ts";
import { useRoomCommands } from "../commands/useRoomCommands.ts";
import { useRoom } from "../RoomContext.ts";
import { Dialogs } from "./Dialogs.tsx";

export function RoomMenu() {
  const parts = useRoom();
  const dialog = useWatch(parts.dialog);
  const groups = useRoomCommands().filter((group) => group.length > 0);
  const button = useRef<HTMLButtonElement>(null);
  const opener = useRef<Element>(null);
  useEffect(() => {
    if (dialog) {
      opener.current = document.activeElement;
      return;
    }
    const back = opener.current;
    opener.current = null;
    const gone = !back?.isConnected || back === document.body || back.closest("[role=menu]"); // a menu goes with what it opens
    if (back) (gone ? button.current : (back as HTMLElement))?.focus();
  }, [dialog]);
  return (
    <>
      <Menu position="bottom-end" width={240}>
        <Menu.Target>
          <ActionIcon ref={button} variant="subtle" color="gray" size="lg" aria-label="Room menu">
            <IconDots size={18} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {groups.map((group, nth) => (
            <Fragment key={group[0]!.id}>
              {nth > 0 && <Menu.Divider />}
              {group.map(({ id, label, icon: Icon, keys, danger, stays, run }) => (
                <Menu.Item
                  key={id}
                  {...(danger && { color: "var(--danger)" })}
                  leftSection={Icon && <Icon size={16} />}
                  rightSection={keys}
                  closeMenuOnClick={!stays}
                  onClick={run}
                >
                  {label}
                </Menu.Item>
              ))}
            </Fragment>
          ))}
        </Menu.Dropdown>
      </Menu>
      {dialog && <Dialogs dialog={dialog} onClose={() => parts.dialog.set(undefined)} />}
    </>
  );
}
