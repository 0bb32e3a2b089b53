import { useMantineColorScheme } from "@mantine/core";
import {
  IconBrandGoogleDrive,
  IconCommand,
  IconDoorExit,
  IconEdit,
  IconEye,
  IconFileZip,
  IconInfoCircle,
  IconKey,
  IconListDetails,
  IconPalette,
  IconShieldCheck,
  IconTrash,
  IconUser,
  IconUsersGroup,
  IconX,
} from "@tabler/icons-react";
import { driveSite } from "../../app/drive.ts";
import { hasRoomList } from "../../app/roomList.ts";
import { attempt } from "../../app/toast.ts";
import { useWatch } from "../../app/useWatch.ts";
import { openAbout } from "../../delivery/about.ts";
import { recoveryOf } from "../../join/entrance.ts";
import { driveForm } from "../drive/driveForm.ts";
import { mayEdit } from "../mayEdit.ts";
import { useRoom } from "../RoomContext.ts";
import { useTogetherCommands } from "../together/useTogetherCommands.ts";
import { useRoomView } from "../useRoomView.ts";
import type { Command } from "./Command.ts";
import { keyNames } from "./keyNames.ts";

const nextScheme = { light: "dark", dark: "auto", auto: "light" } as const;
const schemeNames = { light: "light", dark: "dark", auto: "like the system" };

/** What the room menu offers, in its groups: for oneself, for owners, and the ways out. */
export function useRoomCommands(): readonly (readonly Command[])[] {
  const { room, dialog, palette, download } = useRoom();
  const view = useRoomView(room);
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const together = useTogetherCommands();
  const cancel = useWatch(download.running, (running) => running?.way.cancel);
  const drive = useDriveCommands();
  const over = view.connection === "ended";
  const owner = view.role === "owner" && !over;
  return [
    [
      {
        id: "palette",
        label: "Files and commands",
        icon: IconCommand,
        keys: keyNames("Mod+P"),
        run: () => palette.set(""),
      },
      { id: "words", label: "Verification words", icon: IconShieldCheck, run: () => dialog.set("words") },
      { id: "name", label: "Change my name", icon: IconUser, run: () => dialog.set("name") },
      ...(over ? [] : together),
      cancel !== undefined
        ? { id: "cancelDownload", label: cancel, icon: IconX, run: () => download.cancel() }
        : {
            id: "downloadRoom",
            label: "Download the room as ZIP",
            icon: IconFileZip,
            run: () => void download.zip(),
          },
      ...(cancel === undefined ? drive : []),
      {
        id: "theme",
        label: `Theme: ${schemeNames[colorScheme]}`,
        icon: IconPalette,
        stays: true,
        run: () => setColorScheme(nextScheme[colorScheme]),
      },
      { id: "about", label: "About this page", icon: IconInfoCircle, run: openAbout },
    ],
    owner
      ? [
          { id: "rules", label: "People and rules", icon: IconUsersGroup, run: () => dialog.set("rules") },
          { id: "title", label: "Rename the room", icon: IconEdit, run: () => dialog.set("title") },
          {
            id: "readOnly",
            label: view.readOnly ? "Let editors write again" : "Make it read-only",
            icon: IconEye,
            run: () => void attempt(room.powers.setReadOnly(!view.readOnly)),
          },
          ...(hasRoomList && room.listing.isMine
            ? [{ id: "list", label: "List the room", icon: IconListDetails, run: () => dialog.set("list") }]
            : []),
          ...(recoveryOf(view.id)
            ? [{ id: "recovery", label: "Recovery file", icon: IconKey, run: () => dialog.set("recovery") }]
            : []),
        ]
      : [],
    [
      { id: "leave", label: "Leave the room", icon: IconDoorExit, run: () => dialog.set("leave") },
      ...(owner
        ? [
            {
              id: "destroy",
              label: "Destroy the room",
              icon: IconTrash,
              danger: true,
              run: () => dialog.set("destroy"),
            },
          ]
        : []),
    ],
  ];
}

/** Without a client id of the operator's there is nothing of Drive. */
function useDriveCommands(): readonly Command[] {
  const { room, dialog } = useRoom();
  const canEdit = useWatch(room.view, mayEdit);
  if (driveSite === undefined) return [];
  // A dialog gives the keyboard to what is in it as it opens; where its form did not come, it says so.
  const open = (form: "saveToDrive" | "openFromDrive") => {
    const show = () => dialog.set(form);
    driveForm.fetch().then(show, show);
  };
  return [
    {
      id: "saveToDrive",
      label: "Save to Google Drive…",
      icon: IconBrandGoogleDrive,
      run: () => open("saveToDrive"),
    },
    ...(canEdit
      ? [
          {
            id: "openFromDrive",
            label: "Open from Google Drive…",
            icon: IconBrandGoogleDrive,
            run: () => open("openFromDrive"),
          },
        ]
      : []),
  ];
}
