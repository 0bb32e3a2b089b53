import type { Person } from "@coterie/core";
import { ActionIcon } from "@mantine/core";
import { shallowEqual } from "@mantine/hooks";
import { IconChevronRight, IconDots } from "@tabler/icons-react";
import { memo } from "react";
import { DraftRow, NameBox } from "./DraftRow.tsx";
import classes from "./Files.module.css";
import { NodeIcon } from "./NodeIcon.tsx";
import type { Row } from "./rows.ts";
import type { Draft } from "./Shelf.ts";
import type { RowHands } from "./useRowHands.ts";

interface Props {
  row: Row;
  /** A name being typed that is this one's, or of something in it. */
  draft: Draft | undefined;
  selected: boolean;
  /** Its file is the one on top of the desk. */
  active: boolean;
  tabStop: boolean;
  over: boolean;
  canEdit: boolean;
  /** The others who are in it. */
  here: readonly Person[];
  hands: RowHands;
}

/** One line of the tree; rendered again only when something that it shows has changed, because a tree may have thousands. */
export const NodeRow = memo(function NodeRow(props: Props) {
  const { row, draft, selected, active, tabStop, over, canEdit, here, hands } = props;
  const { node, level, place, siblings, expanded } = row;
  const parentOfDrop = node.kind === "folder" ? node.id : node.parent;
  const renaming = draft?.what === "rename";
  return (
    <>
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the tree handles the keys of its rows */}
      <div
        role="treeitem"
        data-node={node.id}
        aria-label={node.shownName}
        aria-level={level}
        aria-posinset={place}
        aria-setsize={siblings}
        aria-expanded={expanded}
        aria-selected={selected}
        aria-current={active ? "true" : undefined}
        aria-description={here.length > 0 ? `Here: ${here.map((person) => person.name).join(", ")}` : undefined}
        tabIndex={tabStop ? 0 : -1}
        className={classes.row}
        data-over={over}
        data-pending={node.pending}
        title={node.pending ? "Made here; the others see it when the connection is back" : undefined}
        style={{ paddingLeft: 8 + (level - 1) * 14 }}
        draggable={!renaming && (canEdit || node.kind !== "folder")}
        onClick={() => hands.open(row)}
        onPointerDown={() => hands.hold(row)}
        onContextMenu={(event) => {
          event.preventDefault();
          hands.menu(row, event.clientX, event.clientY);
        }}
        onDragStart={(event) => {
          event.dataTransfer.effectAllowed = "move";
          event.dataTransfer.setData("text/plain", node.path);
          hands.drag(row, event.dataTransfer);
        }}
        onDragEnd={() => hands.drag(undefined)}
        onDragOver={(event) => {
          event.stopPropagation();
          if (hands.dragOver(parentOfDrop)) event.preventDefault();
        }}
        onDrop={(event) => {
          event.preventDefault();
          event.stopPropagation();
          hands.drop(parentOfDrop);
        }}
      >
        {node.kind === "folder" ? (
          <IconChevronRight size={16} className={classes.chevron} data-open={expanded} aria-hidden />
        ) : (
          <span className={classes.chevron} />
        )}
        <NodeIcon node={node} />
        {renaming ? (
          <NameBox initial={node.name} label={`New name of ${node.shownName}`} renaming />
        ) : (
          <span className={classes.name}>{node.shownName}</span>
        )}
        {here.slice(0, 3).map((person) => (
          <span
            key={person.memberId}
            className={classes.dot}
            style={{ background: person.colour }}
            title={person.name}
          />
        ))}
        <ActionIcon
          className={classes.more ?? ""}
          variant="subtle"
          color="gray"
          size="sm"
          tabIndex={-1}
          aria-label={`Actions for ${node.shownName}`}
          onClick={(event) => {
            event.stopPropagation();
            const box = event.currentTarget.getBoundingClientRect();
            hands.menu(row, box.left, box.bottom);
          }}
        >
          <IconDots size={14} />
        </ActionIcon>
      </div>
      {draft && draft.what !== "rename" && <DraftRow draft={draft} level={level + 1} />}
    </>
  );
}, alike);

/** Lines are made anew with every folder that opens; one that says the same is the same. */
function alike(a: Props, b: Props): boolean {
  const { row: rowA, ...restA } = a;
  const { row: rowB, ...restB } = b;
  return shallowEqual(restA, restB) && shallowEqual(rowA, rowB);
}
