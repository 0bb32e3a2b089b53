import type { Room } from "@coterie/core";
import { IconX } from "@tabler/icons-react";
import {
  type DockviewApi,
  DockviewReact,
  type IDockviewPanelHeaderProps,
  type IDockviewPanelProps,
} from "dockview-react";
import { useEffect, useRef, useState } from "react";
import { useWatch } from "../app/useWatch.ts";
import { dockTheme } from "../room/layout/dockTheme.ts";
import { useRoom } from "../room/RoomContext.ts";
import { Frame } from "../room/together/Frame.tsx";
import { useEmptyWords } from "../room/useEmptyWords.ts";
import { FilePane } from "./FilePane.tsx";
import classes from "./FileTabs.module.css";

const SETTLED_MS = 100;

/** One tab for each file on the desk, splittable; the desk says which stand, this says where. */
export function FileTabs() {
  const { desk, room } = useRoom();
  const files = useWatch(desk.files);
  const active = useWatch(desk.active);
  const [api, setApi] = useState<DockviewApi>();

  useEffect(() => {
    if (!api) return;
    const closed = api.onDidRemovePanel((panel) => desk.close(panel.id));
    const shown = api.onDidActivePanelChange(({ panel }) => desk.show(panel?.id));
    return () => {
      closed.dispose();
      shown.dispose();
    };
  }, [api, desk]);

  useEffect(() => {
    if (!api) return;
    for (const panel of api.panels) if (!files.includes(panel.id)) api.removePanel(panel);
    for (const file of files)
      if (!api.getPanel(file)) {
        const group = api.activeGroup ?? api.groups[0];
        api.addPanel({
          id: file,
          component: "file",
          title: titleOf(room, file),
          inactive: file !== active,
          ...(group && { position: { referenceGroup: group } }),
        });
      }
    const front = active ? api.getPanel(active) : undefined;
    if (front && api.activePanel !== front) front.api.setActive();
  }, [api, files, active, room]);

  const tabs = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!active || files.length === 0) return;
    // Once the list of hidden tabs has taken its place beside them.
    const timer = setTimeout(() => {
      for (const tab of tabs.current?.querySelectorAll(".dv-tab.dv-active-tab") ?? [])
        tab.scrollIntoView({ block: "nearest", inline: "center" });
    }, SETTLED_MS);
    return () => clearTimeout(timer);
  }, [active, files]);

  return (
    <div ref={tabs} className={classes.tabs} data-pane="Editor">
      <DockviewReact
        theme={dockTheme}
        components={components}
        defaultTabComponent={FileTab}
        watermarkComponent={NothingOpen}
        disableFloatingGroups
        onReady={(event) => setApi(event.api)}
      />
      <Frame />
    </div>
  );
}

const components = { file: FilePanel };

/** Its editor is made when its tab is in front, and put away when enough others were in front since. */
function FilePanel({ api }: IDockviewPanelProps) {
  const { editors } = useRoom();
  const live = useWatch(editors.files, (files) => files.has(api.id));
  useEffect(() => {
    const look = () => (api.isVisible ? editors.enterView(api.id) : editors.leaveView(api.id));
    look();
    const shown = api.onDidVisibilityChange(look);
    return () => {
      shown.dispose();
      editors.leaveView(api.id);
    };
  }, [api, editors]);
  return <FilePane id={api.id} live={live} />;
}

/** A file's name and, for the mouse, a cross. By keyboard the Delete key closes the tab. */
function FileTab({ api }: IDockviewPanelHeaderProps) {
  const { room } = useRoom();
  const nodes = useWatch(room.tree.view);
  const name = nodes.find((node) => node.id === api.id)?.shownName;
  const known = useRef("File");
  known.current = name ?? room.tree.nameOf(api.id) ?? known.current;
  const deleted = !name && room.tree.deletionOf(api.id) !== undefined; // a room being rebuilt lacks its files for a moment
  const label = deleted ? `${known.current} (deleted)` : (name ?? known.current);

  useEffect(() => api.setTitle(label), [api, label]);

  return (
    <span className={classes.tab} onAuxClick={(event) => event.button === 1 && api.close()}>
      <span className={classes.name} data-deleted={deleted}>
        {label}
      </span>
      <span
        className={classes.close}
        aria-hidden
        onPointerDown={(event) => event.stopPropagation()}
        onClick={() => api.close()}
      >
        <IconX size={14} />
      </span>
    </span>
  );
}

function NothingOpen() {
  const [what, next] = useEmptyWords().editor;
  return (
    <div className={classes.nothing}>
      <p>{what}</p>
      <p>{next}</p>
    </div>
  );
}

/** What assistive technology is told that a tab is called when it opens. */
function titleOf(room: Room, file: string): string {
  return room.tree.view.get().find((node) => node.id === file)?.shownName ?? "File";
}
