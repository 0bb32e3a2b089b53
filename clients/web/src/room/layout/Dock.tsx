import {
  type DockviewApi,
  DockviewReact,
  type IDockviewPanelHeaderProps,
  type SerializedDockview,
} from "dockview-react";
import "dockview-react/dist/styles/dockview.css";
import "./dock.css";
import { type KeyboardEvent, useEffect, useState } from "react";
import { remembered } from "../../app/remembered.ts";
import { useWatch } from "../../app/useWatch.ts";
import { FileTabs } from "../../editor/FileTabs.tsx";
import { Chat } from "../chat/Chat.tsx";
import { Waiting } from "../chat/Waiting.tsx";
import { Files } from "../files/Files.tsx";
import { People } from "../people/People.tsx";
import { useRoom } from "../RoomContext.ts";
import { SearchPane } from "../search/SearchPane.tsx";
import { dockTheme } from "./dockTheme.ts";

const paneNames: Record<string, string> = {
  files: "Files",
  search: "Search",
  editor: "Editor",
  people: "People",
  chat: "Chat",
};
const components = { files: Files, search: SearchPane, editor: FileTabs, people: People, chat: Chat };

/** The panels side by side, each draggable elsewhere; the arrangement is remembered for this size of screen. */
export function Dock({ size }: { size: "medium" | "wide" }) {
  const { room, draft, search } = useRoom();
  const [dock, setDock] = useState<DockviewApi>();
  useEffect(() => draft.asked.subscribe(() => dock?.getPanel("chat")?.api.setActive()), [draft, dock]);
  useEffect(() => search.asked.subscribe(() => dock?.getPanel("search")?.api.setActive()), [search, dock]);
  return (
    <div className="panes" onKeyDownCapture={keepPane}>
      <DockviewReact
        theme={dockTheme}
        components={components}
        defaultTabComponent={PaneTab}
        disableFloatingGroups
        onReady={({ api }) => {
          if (!restore(api, remembered.layout(size))) arrange(api, size);
          else if (remembered.desk(room.view.get().id) === undefined) begin(api);
          pinEditor(api);
          setDock(api);
          api.onDidLayoutChange(() => remembered.rememberLayout(size, JSON.stringify(api.toJSON())));
        }}
      />
    </div>
  );
}

/** Dockview closes a tab by Delete; of these tabs none may go. The files' own tabs inside the editor may. */
function keepPane(event: KeyboardEvent): void {
  const tab = (event.target as Element).closest("[role=tab]");
  const closes = event.key === "Delete" || event.key === "Backspace";
  if (closes && tab && !tab.closest("[data-pane=Editor]")) event.stopPropagation();
}

/** The tab of a panel: its name, and for the chat how many messages wait. No close button: panels move, they never vanish. */
function PaneTab({ api }: IDockviewPanelHeaderProps) {
  const { room } = useRoom();
  const here = useWatch(room.view, ({ connection, people }) =>
    connection === "connected" ? `${people.filter((person) => person.live).length}` : "",
  );
  const name = paneNames[api.id] ?? "";
  const count = api.id === "people" ? here : "";

  useEffect(() => api.setTitle(`${name} ${count}`.trim()), [api, name, count]);

  return (
    <span className="pane-tab">
      {name} {count && <span className="pane-count">{count}</span>}
      {api.id === "chat" && <Waiting className="pane-unread" />}
    </span>
  );
}

function restore(api: DockviewApi, saved: string | undefined): boolean {
  if (!saved) return false;
  try {
    const layout = JSON.parse(saved) as SerializedDockview;
    if (Object.keys(layout.panels).toSorted().join() !== "chat,editor,files,people,search") return false;
    api.fromJSON(layout);
    return true;
  } catch {
    api.clear();
    return false;
  }
}

function arrange(api: DockviewApi, size: "medium" | "wide"): void {
  const side = size === "wide" ? 320 : 270;
  api.addPanel({ id: "editor", component: "editor", title: "Editor", minimumWidth: 240 });
  api.addPanel({
    id: "files",
    component: "files",
    title: "Files",
    initialWidth: size === "wide" ? 250 : 210,
    position: { referencePanel: "editor", direction: "left" },
  });
  api.addPanel({
    id: "search",
    component: "search",
    title: "Search",
    inactive: true,
    position: { referencePanel: "files", direction: "within" },
  });
  api.addPanel({
    id: "people",
    component: "people",
    title: "People",
    initialWidth: side,
    position: { referencePanel: "editor", direction: "right" },
  });
  api.addPanel({
    id: "chat",
    component: "chat",
    title: "Chat",
    position: { referencePanel: "people", direction: "below" },
  });
  api.getPanel("people")?.group.api.setSize({ height: 210 });
  api.getPanel("editor")?.api.setActive();
}

/** In a room where one never was, one sees what is there, whatever one looked at in another. */
function begin(api: DockviewApi): void {
  for (const panel of ["files", "editor"]) api.getPanel(panel)?.api.setActive();
}

/** The editor has tabs of its own, one for each file: its panel shows none and takes no other panel in. */
function pinEditor(api: DockviewApi): void {
  const group = api.getPanel("editor")?.group;
  if (!group) return;
  group.header.hidden = true;
  group.locked = "no-drop-target";
}
