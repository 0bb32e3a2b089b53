const order = ["Door", "Files", "Search", "Editor", "Runs", "People", "Chat", "Header", "Bringing", "Notices"];
const best =
  "[role=treeitem][tabindex='0'], .monaco-editor textarea, .monaco-editor .native-edit-context, .xterm-helper-textarea, [aria-label=Message], [aria-label='Search in all files']";
const any = "[tabindex='0'], button:not(:disabled), input, textarea";

/** F6 and Shift+F6 carry the focus from one part of the room to the next, out of the editor too. Returns its end. */
export function walkPanes(): () => void {
  const onKey = (event: KeyboardEvent) => {
    if (event.key !== "F6") return;
    event.preventDefault();
    event.stopPropagation();
    walk(event.shiftKey);
  };
  addEventListener("keydown", onKey, { capture: true });
  return () => removeEventListener("keydown", onKey, { capture: true });
}

/** One part on, or back. */
export function walk(back: boolean): void {
  const panes = order
    .map((name) => document.querySelector<HTMLElement>(`[data-pane="${name}"]`))
    .filter((pane) => pane?.checkVisibility());
  const at = panes.findIndex((pane) => pane?.contains(document.activeElement));
  const next = panes[(at + (back ? -1 : 1) + panes.length) % panes.length];
  firstIn(next)?.focus();
}

/** Where one goes on when what one was at has gone. */
export function editor(): HTMLElement | undefined {
  return firstIn(document.querySelector<HTMLElement>('[data-pane="Editor"]'));
}

function firstIn(pane: HTMLElement | null | undefined): HTMLElement | undefined {
  return pane?.querySelector<HTMLElement>(best) ?? pane?.querySelector<HTMLElement>(any) ?? undefined;
}
