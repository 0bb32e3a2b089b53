import { ActionIcon, Menu, Tooltip } from "@mantine/core";
import { IconFilePlus, IconFolderPlus } from "@tabler/icons-react";
import { useEffect, useMemo, useRef, useState } from "react";
import { useWatch } from "../../app/useWatch.ts";
import { mayEdit } from "../mayEdit.ts";
import { usePeople } from "../people/usePeople.ts";
import { useRoom } from "../RoomContext.ts";
import { DraftRow } from "./DraftRow.tsx";
import classes from "./Files.module.css";
import { MoveDialog } from "./MoveDialog.tsx";
import { NodeMenu } from "./NodeMenu.tsx";
import { NodeRow } from "./NodeRow.tsx";
import { liesWithin, type Row, rowsOf } from "./rows.ts";
import { treeKey } from "./treeKeys.ts";
import { useFootholds } from "./useFootholds.ts";

/** The room's files and folders. One tab stop; arrows walk, Enter opens, F2 renames, Delete deletes, dragging moves. */
export function Files() {
  const { room, desk, shelf } = useRoom();
  const canEdit = useWatch(room.view, mayEdit);
  const connected = useWatch(room.view, ({ connection }) => connection === "connected");
  const people = usePeople();
  const nodes = useWatch(room.tree.view);
  const expanded = useWatch(shelf.expanded);
  const selected = useWatch(shelf.selected);
  const draft = useWatch(shelf.draft);
  const active = useWatch(desk.active);
  const rows = useMemo(() => rowsOf(nodes, expanded), [nodes, expanded]);
  const tree = useRef<HTMLDivElement>(null);
  const dragged = useRef<Row>(undefined);
  const [over, setOver] = useState<string>();
  const [menu, setMenu] = useState<{ row: Row; x: number; y: number }>();

  const at = rows.findIndex((row) => row.node.id === selected);
  const footholds = useFootholds(tree, rows, shelf);

  const known = nodes.length > 0;
  useEffect(() => {
    if (active && known) shelf.reveal(active);
  }, [shelf, active, known]);

  const wasNaming = useRef(false);
  useEffect(() => {
    if (wasNaming.current && !draft && document.activeElement === document.body)
      tree.current?.querySelector<HTMLElement>("[role=treeitem][tabindex='0']")?.focus();
    wasNaming.current = draft !== undefined;
  }, [draft]);

  const open = (row: Row, focus = true) => {
    shelf.selected.set(row.node.id);
    if (row.node.kind === "folder") shelf.expand(row.node.id, !row.expanded);
    else desk.open(row.node.id, { focus });
  };
  const openMenu = (row: Row) => {
    const box = tree.current?.querySelector(`[data-node="${row.node.id}"]`)?.getBoundingClientRect();
    if (box) setMenu({ row, x: box.left + 24, y: box.bottom });
  };
  const dropOn = (parent: string | undefined) => {
    const node = dragged.current?.node;
    setOver(undefined);
    if (node) void shelf.move(node, parent);
  };
  const droppable = (parent: string | undefined) =>
    dragged.current !== undefined && !liesWithin(nodes, parent, dragged.current.node.id);

  return (
    <div className={classes.files} data-pane="Files">
      <div className={classes.tools}>
        {(["file", "folder"] as const).map((what) => (
          <Tooltip key={what} label={`New ${what}`}>
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={`New ${what}`}
              disabled={!canEdit}
              onClick={() => shelf.begin(what)}
            >
              {what === "file" ? <IconFilePlus size={18} /> : <IconFolderPlus size={18} />}
            </ActionIcon>
          </Tooltip>
        ))}
      </div>
      <div
        ref={tree}
        role="tree"
        aria-label="Files of the room"
        className={classes.tree}
        data-over={over === "top"}
        tabIndex={rows.length === 0 ? 0 : undefined}
        onFocus={footholds.onFocus}
        onBlur={footholds.onBlur}
        onDragOver={(event) => {
          if (!droppable(undefined)) return;
          event.preventDefault();
          setOver("top");
        }}
        onDragLeave={() => setOver(undefined)}
        onDrop={() => dropOn(undefined)}
        onKeyDown={(event) => {
          if (event.target instanceof HTMLInputElement) return;
          if ((event.ctrlKey || event.metaKey) && event.key === "z" && canEdit) {
            event.preventDefault();
            void shelf.undo();
            return;
          }
          if (event.ctrlKey || event.metaKey || event.altKey) return;
          const focused = (event.target as Element).closest<HTMLElement>("[data-node]")?.dataset.node;
          const row = rows.findIndex((each) => each.node.id === focused);
          const done = treeKey(event.key, event.shiftKey, rows, Math.max(row, 0), {
            shelf,
            open,
            menu: openMenu,
            canEdit,
          });
          if (done) event.preventDefault();
        }}
      >
        {draft && draft.what !== "rename" && draft.parent === undefined && <DraftRow draft={draft} level={1} />}
        {rows.map((row, nth) => (
          <NodeRow
            key={row.node.id}
            row={row}
            draft={draft}
            selected={row.node.id === selected}
            active={row.node.id === active}
            tabStop={nth === Math.max(at, 0)}
            over={over === row.node.id}
            canEdit={canEdit}
            people={people}
            onOpen={() => open(row)}
            onMenu={(x, y) => setMenu({ row, x, y })}
            onDragStart={() => {
              dragged.current = row;
            }}
            onDragEnd={() => {
              dragged.current = undefined;
              setOver(undefined);
            }}
            onDragOver={(parent) => {
              const may = droppable(parent);
              if (may) setOver(parent ?? "top");
              return may;
            }}
            onDrop={dropOn}
          />
        ))}
        {rows.length === 0 && !draft && <p className={classes.empty}>{emptyText(connected, canEdit)}</p>}
      </div>
      {menu && (
        <Menu
          opened
          onClose={() => {
            setMenu(undefined);
            footholds.back(menu.row.node.id);
          }}
          position="bottom-start"
          returnFocus
        >
          <Menu.Target>
            <button
              type="button"
              tabIndex={-1}
              aria-label={menu.row.node.shownName}
              className={classes.menuSpot}
              style={{ left: menu.x, top: menu.y }}
            />
          </Menu.Target>
          <NodeMenu row={menu.row} canEdit={canEdit} onOpen={() => open(menu.row)} />
        </Menu>
      )}
      <MoveDialog />
    </div>
  );
}

/** What is said of a tree without a line: nothing is known of a room that was not reached yet. */
function emptyText(connected: boolean, canEdit: boolean): string {
  if (!connected) return "The files appear once you are in.";
  return canEdit ? "No files yet. Make one with the button above." : "No files yet.";
}
