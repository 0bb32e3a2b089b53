import type { Row } from "./rows.ts";
import type { Shelf } from "./Shelf.ts";

interface Hands {
  readonly shelf: Shelf;
  readonly open: (row: Row) => void;
  readonly menu: (row: Row) => void;
  readonly canEdit: boolean;
}

/** What a key does in the tree (WAI-ARIA tree pattern, with F2, Delete and the menu key); false where it means nothing here. */
export function treeKey(key: string, shift: boolean, rows: readonly Row[], at: number, hands: Hands): boolean {
  const { shelf } = hands;
  const row = rows[at];
  const go = (to: number) => {
    const next = rows[Math.max(0, Math.min(rows.length - 1, to))];
    if (next) shelf.selected.set(next.node.id);
    return true;
  };
  if (!row) return false;
  switch (key) {
    case "ArrowDown":
      return go(at + 1);
    case "ArrowUp":
      return go(at - 1);
    case "Home":
      return go(0);
    case "End":
      return go(rows.length - 1);
    case "ArrowRight":
      if (row.expanded === false) shelf.expand(row.node.id, true);
      else if (row.expanded) return go(at + 1);
      return true;
    case "ArrowLeft":
      if (row.expanded) shelf.expand(row.node.id, false);
      else if (row.node.parent) shelf.selected.set(row.node.parent);
      return true;
    case "Enter":
    case " ":
      hands.open(row);
      return true;
    case "F2":
      if (hands.canEdit) shelf.draft.set({ what: "rename", node: row.node });
      return true;
    case "Delete":
      if (hands.canEdit) void shelf.delete(row.node);
      return true;
    case "ContextMenu":
      hands.menu(row);
      return true;
    case "F10":
      if (shift) hands.menu(row);
      return shift;
  }
  return key.length === 1 && find(key, rows, at, go);
}

/** The next line whose name begins with the letter. */
function find(letter: string, rows: readonly Row[], at: number, go: (to: number) => boolean): boolean {
  const begins = (row: Row) => row.node.shownName.toLowerCase().startsWith(letter.toLowerCase());
  const after = rows.findIndex((row, nth) => nth > at && begins(row));
  const any = after >= 0 ? after : rows.findIndex(begins);
  return any >= 0 && go(any);
}
