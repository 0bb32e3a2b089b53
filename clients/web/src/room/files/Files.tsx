import type { Person } from "@coterie/core";
import { ActionIcon, Menu, Tooltip } from "@mantine/core";
import { IconFilePlus, IconFolderPlus, IconUpload } from "@tabler/icons-react";
import { useEffect, useMemo, useRef } from "react";
import { useWatch } from "../../app/useWatch.ts";
import { SpaceNote } from "../bring/SpaceNote.tsx";
import { mayEdit } from "../mayEdit.ts";
import { usePeople } from "../people/usePeople.ts";
import { useRoom } from "../RoomContext.ts";
import { useEmptyWords } from "../useEmptyWords.ts";
import { DraftRow } from "./DraftRow.tsx";
import classes from "./Files.module.css";
import { MoveDialog } from "./MoveDialog.tsx";
import { NodeMenu } from "./NodeMenu.tsx";
import { NodeRow } from "./NodeRow.tsx";
import { type Row, rowsOf } from "./rows.ts";
import type { Draft } from "./Shelf.ts";
import { treeKey } from "./treeKeys.ts";
import { useFootholds } from "./useFootholds.ts";
import { useRowHands } from "./useRowHands.ts";

/** The room's files and folders. One tab stop; arrows walk, Enter opens, F2 renames, Delete deletes, dragging moves. */
export function Files() {
  const { room, desk, shelf, bring } = useRoom();
  const canEdit = useWatch(room.view, mayEdit);
  const viewer = useWatch(room.view, (view) => view.role === "viewer"); // who never may is offered nothing
  const empty = useEmptyWords();
  const people = usePeople();
  const nodes = useWatch(room.tree.view);
  const expanded = useWatch(shelf.expanded);
  const selected = useWatch(shelf.selected);
  const draft = useWatch(shelf.draft);
  const active = useWatch(desk.active);
  const rows = useMemo(() => rowsOf(nodes, expanded), [nodes, expanded]);
  const tree = useRef<HTMLDivElement>(null);
  const { hands, over: held, menu, closeMenu } = useRowHands();
  const over = useWatch(bring.over) ?? held;
  const here = useMemo(() => othersByFile(people), [people]);

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

  const moving = useWatch(shelf.moving);
  const wasMoving = useRef(moving);
  useEffect(() => {
    if (wasMoving.current && !moving) footholds.back(wasMoving.current.id);
    wasMoving.current = moving;
  });

  const openMenu = (row: Row) => {
    const box = tree.current?.querySelector(`[data-node="${row.node.id}"]`)?.getBoundingClientRect();
    if (box) hands.menu(row, box.left + 24, box.bottom);
  };

  return (
    <div className={classes.files} data-pane="Files">
      <div className={classes.tools}>
        {(viewer ? [] : (["file", "folder"] as const)).map((what) => (
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
        {!viewer && (
          <Menu position="bottom-start">
            <Menu.Target>
              <Tooltip label="Bring in from this machine">
                <ActionIcon variant="subtle" color="gray" aria-label="Bring in" disabled={!canEdit}>
                  <IconUpload size={18} />
                </ActionIcon>
              </Tooltip>
            </Menu.Target>
            <Menu.Dropdown>
              {(["files", "folder"] as const).map((what) => (
                <Menu.Item key={what} onClick={() => void bring.pick(what)}>
                  {what === "files" ? "Files…" : "A folder…"}
                </Menu.Item>
              ))}
            </Menu.Dropdown>
          </Menu>
        )}
      </div>
      {!viewer && <SpaceNote />}
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
          if (hands.dragOver(undefined)) event.preventDefault();
        }}
        onDragLeave={hands.leave}
        onDrop={() => hands.drop(undefined)}
        onKeyDown={(event) => {
          if (event.target instanceof HTMLInputElement) return;
          const undoes = event.key.toLowerCase() === "z" && !event.shiftKey; // "Z" where Caps Lock is on
          if ((event.ctrlKey || event.metaKey) && undoes && canEdit) {
            event.preventDefault();
            void shelf.undo();
            return;
          }
          if (event.ctrlKey || event.metaKey || event.altKey) return;
          const focused = (event.target as Element).closest<HTMLElement>("[data-node]")?.dataset.node;
          const row = rows.findIndex((each) => each.node.id === focused);
          const done = treeKey(event.key, event.shiftKey, rows, Math.max(row, 0), {
            shelf,
            open: hands.open,
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
            draft={draft && concerns(draft, row) ? draft : undefined}
            selected={row.node.id === selected}
            active={row.node.id === active}
            tabStop={nth === Math.max(at, 0)}
            over={over === row.node.id}
            canEdit={canEdit}
            here={here.get(row.node.id) ?? nobody}
            hands={hands}
          />
        ))}
        {rows.length === 0 && !draft && <p className={classes.empty}>{empty.tree}</p>}
      </div>
      {menu && (
        <Menu
          opened
          onClose={() => {
            closeMenu();
            footholds.back(menu.row.node.id);
          }}
          position="bottom-start"
          clickOutsideEvents={["mousedown", "touchstart"]} // the key that opens it is still on its way to the document
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
          <NodeMenu row={menu.row} canEdit={canEdit} onOpen={() => hands.open(menu.row)} />
        </Menu>
      )}
      <MoveDialog />
    </div>
  );
}

const nobody: readonly Person[] = [];

/** The others who are here, by the file they are in. */
function othersByFile(people: readonly Person[]): ReadonlyMap<string, readonly Person[]> {
  const here = new Map<string, Person[]>();
  for (const person of people) {
    if (!person.live || person.me || person.file === undefined) continue;
    here.set(person.file, [...(here.get(person.file) ?? []), person]);
  }
  return here;
}

function concerns(draft: Draft, { node }: Row): boolean {
  return (draft.what === "rename" ? draft.node.id : draft.parent) === node.id;
}
