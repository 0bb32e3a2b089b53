import { IconFolder, IconHome } from "@tabler/icons-react";
import { Dialog } from "../../app/Dialog.tsx";
import rows from "../../app/Rows.module.css";
import { useWatch } from "../../app/useWatch.ts";
import { useRoom } from "../RoomContext.ts";
import classes from "./Files.module.css";
import { liesWithin } from "./rows.ts";

/** Moving without a mouse: the folders where the node may go, as a list of buttons. */
export function MoveDialog() {
  const { room, shelf } = useRoom();
  const node = useWatch(shelf.moving);
  const nodes = useWatch(room.tree.view);
  if (!node) return null;

  const folders = nodes
    .filter((folder) => folder.kind === "folder" && folder.id !== node.parent && !liesWithin(nodes, folder.id, node.id))
    .toSorted((a, b) => a.path.localeCompare(b.path));
  const close = () => shelf.moving.set(undefined);
  const choose = (parent: string | undefined) => {
    close();
    void shelf.move(node, parent);
  };

  return (
    <Dialog opened onClose={close} title={`Move ${node.shownName} to`}>
      <ul className={classes.folders}>
        {node.parent !== undefined && (
          <li>
            <button type="button" className={rows.row} data-autofocus onClick={() => choose(undefined)}>
              <IconHome size={16} aria-hidden /> The top
            </button>
          </li>
        )}
        {folders.map((folder, nth) => (
          <li key={folder.id}>
            <button
              type="button"
              className={rows.row}
              data-autofocus={node.parent === undefined && nth === 0}
              onClick={() => choose(folder.id)}
            >
              <IconFolder size={16} aria-hidden /> {folder.path}
            </button>
          </li>
        ))}
      </ul>
      {folders.length === 0 && node.parent === undefined && <p>There is no other folder yet.</p>}
    </Dialog>
  );
}
