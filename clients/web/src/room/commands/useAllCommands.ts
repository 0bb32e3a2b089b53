import {
  IconArrowUpRight,
  IconBinaryTree,
  IconCopy,
  IconDownload,
  IconEye,
  IconFilePlus,
  IconFileSearch,
  IconFolderPlus,
  IconFolderSymlink,
  IconLayout,
  IconLink,
  IconListTree,
  IconMessage,
  IconPencil,
  IconReplace,
  IconRotate2,
  IconSearch,
  IconTrash,
  IconUpload,
} from "@tabler/icons-react";
import { useMemo } from "react";
import { copyText } from "../../app/copyText.ts";
import { useWatch } from "../../app/useWatch.ts";
import { walk } from "../layout/walkPanes.ts";
import { mayEdit } from "../mayEdit.ts";
import { usePeople } from "../people/usePeople.ts";
import { useRoom } from "../RoomContext.ts";
import { useRunCommands } from "../runs/useRunCommands.ts";
import { askSearch } from "../search/openSearch.ts";
import type { Command } from "./Command.ts";
import { keyNames } from "./keyNames.ts";
import { IN_FILE, IN_ROOM } from "./openPalette.ts";
import { useRoomCommands } from "./useRoomCommands.ts";
import { useTabCommands } from "./useTabCommands.ts";

/** Everything one can do here now, with its keys. */
export function useAllCommands(): readonly Command[] {
  const { editors } = useRoom();
  const [going, files, tabs] = [useGoing(), useFiles(), useTabCommands()];
  const [people, room, runs] = [usePeopleCommands(), useRoomCommands(), useRunCommands()];
  const editing = useMemo(() => editors.acting?.commands() ?? [], [editors]); // as they are when the list opens
  const others = room.flat().filter(({ id }) => id !== "palette");
  return [...going, ...files, ...runs, ...tabs, ...people, ...others, ...editing];
}

function useGoing(): readonly Command[] {
  const parts = useRoom();
  const { room, palette, dialog, draft } = parts;
  const viewer = useWatch(room.view, (view) => view.role === "viewer");
  const over = useWatch(room.view, (view) => view.connection === "ended");
  return [
    {
      id: "goToFile",
      label: "Go to a file",
      icon: IconFileSearch,
      keys: keyNames("Mod+P"),
      run: () => palette.set(""),
    },
    {
      id: "goToSymbolInFile",
      label: "Go to symbol in file…",
      icon: IconListTree,
      keys: keyNames("Mod+Shift+O"),
      run: () => palette.set(IN_FILE),
    },
    {
      id: "goToSymbolInRoom",
      label: "Go to symbol in room…",
      icon: IconBinaryTree,
      keys: `${keyNames("Mod+Shift+O")} twice`,
      run: () => palette.set(IN_ROOM),
    },
    {
      id: "search",
      label: "Search in all files",
      icon: IconSearch,
      keys: keyNames("Mod+Shift+F"),
      run: () => askSearch(parts, false),
    },
    ...(viewer
      ? []
      : [
          {
            id: "replace",
            label: "Replace in all files",
            icon: IconReplace,
            keys: keyNames("Mod+Shift+H"),
            run: () => askSearch(parts, true),
          },
        ]),
    { id: "nextPart", label: "Next part of the room", icon: IconLayout, keys: "F6", run: () => walk(false) },
    {
      id: "previousPart",
      label: "Previous part of the room",
      icon: IconLayout,
      keys: "Shift+F6",
      run: () => walk(true),
    },
    { id: "chat", label: "Write in the chat", icon: IconMessage, run: () => draft.ask() },
    ...(over ? [] : [{ id: "link", label: "Copy link", icon: IconLink, run: () => dialog.set("link") }]),
  ];
}

/** Of the tree, and of the file one is in. */
function useFiles(): readonly Command[] {
  const { room, desk, shelf, bring, download } = useRoom();
  const canEdit = useWatch(room.view, mayEdit);
  const active = useWatch(desk.active);
  const node = useWatch(room.tree.view).find(({ id }) => id === active);
  const commands: Command[] = [];
  if (canEdit)
    commands.push(
      { id: "newFile", label: "New file", icon: IconFilePlus, run: () => shelf.begin("file") },
      { id: "newFolder", label: "New folder", icon: IconFolderPlus, run: () => shelf.begin("folder") },
      {
        id: "undoInTree",
        label: "Take back my last delete, move or new name",
        icon: IconRotate2,
        keys: `${keyNames("Mod+Z")} in the files`,
        run: () => void shelf.undo(),
      },
    );
  if (canEdit)
    commands.push(
      { id: "bringFiles", label: "Bring in files", icon: IconUpload, run: () => void bring.pick("files") },
      { id: "bringFolder", label: "Bring in a folder", icon: IconUpload, run: () => void bring.pick("folder") },
    );
  if (node === undefined) return commands;
  const { path, shownName } = node;
  if (canEdit) {
    commands.push(
      {
        id: "rename",
        label: `Rename ${shownName}`,
        icon: IconPencil,
        keys: "F2 in the files",
        run: () => {
          shelf.reveal(node.id);
          shelf.draft.set({ what: "rename", node });
        },
      },
      { id: "move", label: `Move ${shownName} to…`, icon: IconFolderSymlink, run: () => shelf.moving.set(node) },
    );
    if (node.mayDelete)
      commands.push({
        id: "delete",
        label: `Delete ${shownName}`,
        icon: IconTrash,
        keys: "Del in the files",
        run: () => void shelf.delete(node),
      });
  }
  const copied = `Copied ${path}.`;
  commands.push(
    { id: "copyPath", label: "Copy the path of the file", icon: IconCopy, run: () => void copyText(path, copied) },
    {
      id: "download",
      label: `Download ${shownName}`,
      icon: IconDownload,
      run: () => void download.file(node),
    },
  );
  return commands;
}

function usePeopleCommands(): readonly Command[] {
  const { room, desk } = useRoom();
  const { following } = room.together;
  const followed = useWatch(following.followed);
  return usePeople()
    .filter(({ me, live }) => live && !me)
    .flatMap(({ memberId, name, file }) => [
      ...(file === undefined
        ? []
        : [
            {
              id: `goTo ${memberId}`,
              label: `Go to ${name}`,
              icon: IconArrowUpRight,
              run: () => desk.open(file, { person: memberId }),
            },
          ]),
      ...(followed?.memberId === memberId
        ? []
        : [
            {
              id: `follow ${memberId}`,
              label: `Follow ${name}`,
              icon: IconEye,
              run: () => following.start(memberId),
            },
          ]),
    ]);
}
