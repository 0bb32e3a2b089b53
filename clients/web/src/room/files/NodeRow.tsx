import type { Person } from "@coterie/core";
import { ActionIcon } from "@mantine/core";
import { IconChevronRight, IconDots, IconFile, IconFolder } from "@tabler/icons-react";
import { DraftRow, NameBox } from "./DraftRow.tsx";
import classes from "./Files.module.css";
import type { Row } from "./rows.ts";
import type { Draft } from "./Shelf.ts";

interface Props {
  row: Row;
  draft: Draft | undefined;
  selected: boolean;
  /** Its file is the one on top of the desk. */
  active: boolean;
  tabStop: boolean;
  over: boolean;
  canEdit: boolean;
  people: readonly Person[];
  onOpen: () => void;
  onMenu: (x: number, y: number) => void;
  onDragStart: () => void;
  onDragEnd: () => void;
  onDragOver: (parent: string | undefined) => boolean;
  onDrop: (parent: string | undefined) => void;
}

export function NodeRow(props: Props) {
  const { row, draft, selected, active, tabStop, over, canEdit, people } = props;
  const { node, level, place, siblings, expanded } = row;
  const here = people.filter((person) => person.live && !person.me && person.file === node.id);
  const parentOfDrop = node.kind === "folder" ? node.id : node.parent;
  const renaming = draft?.what === "rename" && draft.node.id === node.id;
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
        draggable={canEdit && !renaming}
        onClick={props.onOpen}
        onContextMenu={(event) => {
          event.preventDefault();
          props.onMenu(event.clientX, event.clientY);
        }}
        onDragStart={(event) => {
          event.dataTransfer.effectAllowed = "move";
          event.dataTransfer.setData("text/plain", node.path);
          props.onDragStart();
        }}
        onDragEnd={props.onDragEnd}
        onDragOver={(event) => {
          event.stopPropagation();
          if (props.onDragOver(parentOfDrop)) event.preventDefault();
        }}
        onDrop={(event) => {
          event.preventDefault();
          event.stopPropagation();
          props.onDrop(parentOfDrop);
        }}
      >
        {node.kind === "folder" ? (
          <IconChevronRight size={16} className={classes.chevron} data-open={expanded} aria-hidden />
        ) : (
          <span className={classes.chevron} />
        )}
        {node.kind === "folder" ? <IconFolder size={16} aria-hidden /> : <IconFile size={16} aria-hidden />}
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
            props.onMenu(box.left, box.bottom);
          }}
        >
          <IconDots size={14} />
        </ActionIcon>
      </div>
      {draft && draft.what !== "rename" && draft.parent === node.id && <DraftRow draft={draft} level={level + 1} />}
    </>
  );
}
