import { useMemo, useRef, useState } from "react";
import { mayEdit } from "../mayEdit.ts";
import { useRoom } from "../RoomContext.ts";
import { DragOut } from "./DragOut.ts";
import { liesWithin, type Row } from "./rows.ts";

/** What a mouse does with a line of the tree. */
export interface RowHands {
  readonly open: (row: Row, focus?: boolean) => void;
  readonly menu: (row: Row, x: number, y: number) => void;
  /** The button went down on it: it may be dragged. */
  readonly hold: (row: Row) => void;
  readonly drag: (row: Row | undefined, carried?: DataTransfer) => void;
  /** Whether what is dragged may be dropped there; then it shows so. @param parent undefined at the top */
  readonly dragOver: (parent: string | undefined) => boolean;
  readonly leave: () => void;
  readonly drop: (parent: string | undefined) => void;
}

interface Held {
  /** The same object as long as the tree stands, so that a line is rendered only for what it shows. */
  readonly hands: RowHands;
  /** The folder that something is held over, "top" for none. */
  readonly over: string | undefined;
  readonly menu: { readonly row: Row; readonly x: number; readonly y: number } | undefined;
  readonly closeMenu: () => void;
}

export function useRowHands(): Held {
  const { room, desk, shelf, download } = useRoom();
  const [out] = useState(() => new DragOut(download));
  const dragged = useRef<Row>(undefined);
  const [over, setOver] = useState<string>();
  const [menu, setMenu] = useState<Held["menu"]>();

  const hands = useMemo<RowHands>(
    () => ({
      open: (row, focus = true) => {
        shelf.selected.set(row.node.id);
        if (row.node.kind === "folder") shelf.expand(row.node.id, !row.expanded);
        else desk.open(row.node.id, { focus });
      },
      menu: (row, x, y) => setMenu({ row, x, y }),
      hold: (row) => out.hold(row.node),
      drag: (row, carried) => {
        dragged.current = row;
        if (row && carried) out.begin(row.node, carried);
        if (!row) setOver(undefined);
      },
      dragOver: (parent) => {
        const held = dragged.current !== undefined && mayEdit(room.view.get());
        const may = held && !liesWithin(shelf.nodes, parent, dragged.current!.node.id);
        if (may) setOver(parent ?? "top");
        return may;
      },
      leave: () => setOver(undefined),
      drop: (parent) => {
        const node = dragged.current?.node;
        setOver(undefined);
        if (node) void shelf.move(node, parent);
      },
    }),
    [room, desk, shelf, out],
  );
  return { hands, over, menu, closeMenu: () => setMenu(undefined) };
}
