import type { TreeNode } from "@coterie/core";
import { Menu } from "@mantine/core";
import {
  IconCopy,
  IconDownload,
  IconFile,
  IconFilePlus,
  IconFileZip,
  IconFolderPlus,
  IconFolderSymlink,
  IconPencil,
  IconTrash,
} from "@tabler/icons-react";
import { copyText } from "../../app/copyText.ts";
import { useWatch } from "../../app/useWatch.ts";
import { useRoom } from "../RoomContext.ts";
import type { Row } from "./rows.ts";

function deleting({ mayDelete, deletableBy, othersInside }: TreeNode): string {
  if (mayDelete) return "Delete";
  return othersInside.length > 0
    ? "Holds what others made: only an owner may delete it"
    : `Only ${deletableBy} may delete it`;
}

export function NodeMenu({ row: { node }, canEdit, onOpen }: { row: Row; canEdit: boolean; onOpen: () => void }) {
  const { shelf, download } = useRoom();
  const busy = useWatch(download.running, (running) => running !== undefined);
  return (
    <Menu.Dropdown aria-label={node.shownName}>
      {node.kind !== "folder" && (
        <Menu.Item leftSection={<IconFile size={16} />} onClick={onOpen}>
          Open
        </Menu.Item>
      )}
      {node.kind === "folder" && (
        <>
          <Menu.Item
            leftSection={<IconFilePlus size={16} />}
            disabled={!canEdit}
            onClick={() => shelf.begin("file", node.id)}
          >
            File inside
          </Menu.Item>
          <Menu.Item
            leftSection={<IconFolderPlus size={16} />}
            disabled={!canEdit}
            onClick={() => shelf.begin("folder", node.id)}
          >
            Folder inside
          </Menu.Item>
        </>
      )}
      <Menu.Item
        leftSection={<IconPencil size={16} />}
        rightSection="F2"
        disabled={!canEdit}
        onClick={() => shelf.draft.set({ what: "rename", node })}
      >
        Rename
      </Menu.Item>
      <Menu.Item
        leftSection={<IconFolderSymlink size={16} />}
        disabled={!canEdit}
        onClick={() => shelf.moving.set(node)}
      >
        Move to…
      </Menu.Item>
      <Menu.Item leftSection={<IconCopy size={16} />} onClick={() => void copyText(node.path, `Copied ${node.path}.`)}>
        Copy the path
      </Menu.Item>
      <Menu.Item
        leftSection={node.kind === "folder" ? <IconFileZip size={16} /> : <IconDownload size={16} />}
        disabled={busy}
        onClick={() => void (node.kind === "folder" ? download.zip(node) : download.file(node))}
      >
        {node.kind === "folder" ? "Download as ZIP" : "Download"}
      </Menu.Item>
      <Menu.Item
        color="var(--danger)"
        leftSection={<IconTrash size={16} />}
        rightSection="Del"
        disabled={!canEdit || !node.mayDelete}
        onClick={() => void shelf.delete(node)}
      >
        {deleting(node)}
      </Menu.Item>
    </Menu.Dropdown>
  );
}
