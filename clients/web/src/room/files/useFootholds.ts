import { type FocusEvent, type RefObject, useEffect, useLayoutEffect, useRef } from "react";
import { useWatch } from "../../app/useWatch.ts";
import { neighbourOf, type Row } from "./rows.ts";
import type { Shelf } from "./Shelf.ts";

/** For the tree's element. React tells of no blur where the focused element itself is taken away: then the focus was in the tree until now. */
interface Footholds {
  readonly onFocus: (event: FocusEvent) => void;
  readonly onBlur: () => void;
  /** What was opened over the tree, for one of its lines, gives the keyboard back to it. */
  readonly back: (node: string) => void;
}

/**
 * Keeps the keyboard in the tree: it follows the selection, and where its line vanishes (deleted by me or by another) it goes to the next
 * one, else to the one before, else to the empty tree, so that Ctrl+Z still means the tree.
 */
export function useFootholds(tree: RefObject<HTMLElement | null>, rows: readonly Row[], shelf: Shelf): Footholds {
  const selected = useWatch(shelf.selected);
  const before = useRef(rows);
  /** The line that has the keyboard, "" for the tree as a whole, undefined where it is elsewhere. */
  const standing = useRef<string>(undefined);

  useLayoutEffect(() => {
    const known = before.current;
    before.current = rows;
    const stands = (all: readonly Row[], id: string) => all.some(({ node }) => node.id === id);
    const on = standing.current || selected;
    const near = on && stands(known, on) && !stands(rows, on) ? neighbourOf(on, known, rows) : undefined;
    if (near) shelf.selected.set(near);
    const { activeElement } = document;
    const lost = standing.current !== undefined && activeElement === document.body;
    if (lost || activeElement === tree.current) (rowOf(tree.current, near ?? selected) ?? tree.current)?.focus();
  }, [tree, rows, selected, shelf]);

  useEffect(() => {
    const row = rowOf(tree.current, selected);
    if (row && tree.current?.contains(document.activeElement)) row.focus();
    row?.scrollIntoView({ block: "nearest" });
  }, [tree, selected]);

  return {
    onFocus: ({ target }) => {
      standing.current = target.closest<HTMLElement>("[data-node]")?.dataset.node ?? "";
    },
    onBlur: () => {
      standing.current = undefined;
    },
    back: (node) => {
      standing.current = node;
      setTimeout(() => {
        if (document.activeElement === document.body) rowOf(tree.current, node)?.focus();
      });
    },
  };
}

function rowOf(tree: HTMLElement | null, id: string | undefined): HTMLElement | undefined {
  return tree?.querySelector<HTMLElement>(`[data-node="${id}"]`) ?? undefined;
}
