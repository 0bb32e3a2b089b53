import { ActionIcon, Menu, useMantineColorScheme } from "@mantine/core";
import {
  IconDoorExit,
  IconDots,
  IconEdit,
  IconEye,
  IconKey,
  IconListDetails,
  IconPalette,
  IconShieldCheck,
  IconTrash,
  IconUser,
  IconUsersGroup,
} from "@tabler/icons-react";
import { useEffect, useRef, useState } from "react";
import { hasRoomList } from "../../app/roomList.ts";
import { attempt } from "../../app/toast.ts";
import { useWatch } from "../../app/useWatch.ts";
import { recoveryOf } from "../../join/entrance.ts";
import { useRoom } from "../RoomContext.ts";
import { TogetherItems } from "../together/TogetherItems.tsx";
import { Dialogs } from "./Dialogs.tsx";

export type DialogName = "rules" | "words" | "name" | "title" | "list" | "recovery" | "leave" | "destroy";

export function RoomMenu() {
  const { room } = useRoom();
  const view = useWatch(room.view);
  const [dialog, setDialog] = useState<DialogName>();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const button = useRef<HTMLButtonElement>(null);
  const before = useRef<DialogName>(undefined);
  useEffect(() => {
    if (before.current && !dialog) button.current?.focus(); // the line of the menu that opened it is no more
    before.current = dialog;
  }, [dialog]);
  const owner = view.role === "owner" && view.connection !== "ended";
  const nextScheme = { light: "dark", dark: "auto", auto: "light" } as const;
  const schemeName = { light: "light", dark: "dark", auto: "like the system" }[colorScheme];
  return (
    <>
      <Menu position="bottom-end" width={240}>
        <Menu.Target>
          <ActionIcon ref={button} variant="subtle" color="gray" size="lg" aria-label="Room menu">
            <IconDots size={18} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconShieldCheck size={16} />} onClick={() => setDialog("words")}>
            Verification words
          </Menu.Item>
          <Menu.Item leftSection={<IconUser size={16} />} onClick={() => setDialog("name")}>
            Change my name
          </Menu.Item>
          {view.connection !== "ended" && <TogetherItems />}
          <Menu.Item
            leftSection={<IconPalette size={16} />}
            closeMenuOnClick={false}
            onClick={() => setColorScheme(nextScheme[colorScheme])}
          >
            Theme: {schemeName}
          </Menu.Item>
          {owner && (
            <>
              <Menu.Divider />
              <Menu.Item leftSection={<IconUsersGroup size={16} />} onClick={() => setDialog("rules")}>
                People and rules
              </Menu.Item>
              <Menu.Item leftSection={<IconEdit size={16} />} onClick={() => setDialog("title")}>
                Rename the room
              </Menu.Item>
              <Menu.Item
                leftSection={<IconEye size={16} />}
                onClick={() => void attempt(room.setReadOnly(!view.readOnly))}
              >
                {view.readOnly ? "Let editors write again" : "Make it read-only"}
              </Menu.Item>
              {hasRoomList && room.listing.isMine && (
                <Menu.Item leftSection={<IconListDetails size={16} />} onClick={() => setDialog("list")}>
                  List the room
                </Menu.Item>
              )}
              {recoveryOf(view.id) && (
                <Menu.Item leftSection={<IconKey size={16} />} onClick={() => setDialog("recovery")}>
                  Recovery file
                </Menu.Item>
              )}
            </>
          )}
          <Menu.Divider />
          <Menu.Item leftSection={<IconDoorExit size={16} />} onClick={() => setDialog("leave")}>
            Leave the room
          </Menu.Item>
          {owner && (
            <Menu.Item color="var(--danger)" leftSection={<IconTrash size={16} />} onClick={() => setDialog("destroy")}>
              Destroy the room
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      {dialog && <Dialogs dialog={dialog} onClose={() => setDialog(undefined)} />}
    </>
  );
}
