import type { DockviewApi, SerializedDockview } from "dockview-react";
import { useEffect } from "react";
import { useWatch } from "../app/useWatch.ts";
import type { Tab } from "../room/deskTabs.ts";
import { useRoom } from "../room/RoomContext.ts";

/**
 * Keeps the dock's tabs and the desk's equal: the desk says which there are and which is in front, the dock where each lies, which the desk
 * remembers. Always: in each group the pinned tabs stand first, also after a drag.
 *
 * @param narrow there is room for one group: tabs are not laid beside one another, and where they lie elsewhere stays remembered
 */
export function useTabDock(api: DockviewApi | undefined, narrow: boolean): void {
  const { desk, room } = useRoom();
  const tabs = useWatch(desk.tabs);
  const front = useWatch(desk.front);

  useEffect(() => {
    if (!api) return;
    const closed = api.onDidRemovePanel((panel) => desk.close(panel.id));
    const shown = api.onDidActivePanelChange(({ panel }) => {
      if (!laying.has(api)) desk.show(panel?.id);
    });
    const laid = api.onDidLayoutChange(() => {
      if (api.panels.length === 0) return;
      pinnedFirst(api, desk.tabs.get());
      if (!narrow) desk.arrange(JSON.stringify(api.toJSON()));
    });
    return () => {
      closed.dispose();
      shown.dispose();
      laid.dispose();
    };
  }, [api, desk, narrow]);

  useEffect(() => {
    if (!api) return;
    if (!narrow && api.panels.length === 0 && tabs.length > 0) layAs(api, desk.layout);
    const focused = document.activeElement;
    for (const panel of api.panels) if (!tabs.some(({ id }) => id === panel.id)) api.removePanel(panel);
    for (const tab of tabs)
      if (!api.getPanel(tab.id))
        api.addPanel({
          id: tab.id,
          component: "file",
          title: room.tree.view.get().find((node) => node.id === tab.file)?.shownName ?? "File", // until its tab knows better
          inactive: tab.id !== front && (tab.as === "text" || narrow), // a view shows beside its text, which stays in front
          ...placeOf(api, tab, narrow),
        });
    pinnedFirst(api, tabs);
    const panel = front === undefined ? undefined : api.getPanel(front);
    if (panel && api.activePanel !== panel) {
      panel.api.setActive();
      if (!(focused instanceof HTMLElement)) return;
      const { element } = panel.view.content;
      if (element.contains(focused))
        focused.focus(); // a new view took it
      else if (api.panels.some(({ view }) => view.content.element.contains(focused)))
        element.querySelector<HTMLElement>("[tabindex='0']")?.focus(); // from a text one went to its view
    }
  }, [api, tabs, front, room, desk, narrow]);
}

/** Docks that are being laid out as they were: which tab is in front meanwhile says nothing. */
const laying = new Set<DockviewApi>();

function layAs(api: DockviewApi, layout: string | undefined): void {
  if (layout === undefined) return;
  laying.add(api);
  try {
    api.fromJSON(JSON.parse(layout) as SerializedDockview);
  } catch {
    api.clear(); // it was kept by another version: the tabs come side by side with none
  } finally {
    laying.delete(api);
  }
}

/** Beside the tab it was split from: a text in a group of its own, another view in a group that lies there already. */
function placeOf(api: DockviewApi, { beside, as }: Tab, narrow: boolean) {
  const from = beside === undefined ? undefined : api.getPanel(beside);
  const there = api.groups.find((group) => group !== from?.group);
  if (from && !narrow && (as === "text" || !there))
    return { position: { referencePanel: from, direction: "right" } } as const;
  const group = (from && !narrow ? there : undefined) ?? api.activeGroup ?? api.groups[0];
  return group && ({ position: { referenceGroup: group } } as const);
}

function pinnedFirst(api: DockviewApi, tabs: readonly Tab[]): void {
  const pinned = new Set(tabs.filter((tab) => tab.pinned).map(({ id }) => id));
  for (const group of api.groups) {
    const ids = group.panels.map(({ id }) => id);
    const wanted = [...ids.filter((id) => pinned.has(id)), ...ids.filter((id) => !pinned.has(id))];
    for (const [index, id] of wanted.entries())
      if (group.panels[index]?.id !== id) api.getPanel(id)?.api.moveTo({ group, index, skipSetActive: true });
  }
}
