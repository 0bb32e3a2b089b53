import { IconPinFilled, IconX } from "@tabler/icons-react";
import {
  type DockviewApi,
  DockviewReact,
  type IDockviewPanelHeaderProps,
  type IDockviewPanelProps,
} from "dockview-react";
import { type MouseEvent, useEffect, useRef, useState } from "react";
import { Chunk } from "../app/Chunk.ts";
import { Fetched } from "../app/Fetched.tsx";
import { isNarrow } from "../app/narrow.ts";
import { useWatch } from "../app/useWatch.ts";
import { dockTheme } from "../room/layout/dockTheme.ts";
import { useRoom } from "../room/RoomContext.ts";
import { Frame } from "../room/together/Frame.tsx";
import { useEmptyWords } from "../room/useEmptyWords.ts";
import { FilePane } from "./FilePane.tsx";
import classes from "./FileTabs.module.css";
import { type MenuPlace, TabMenu } from "./TabMenu.tsx";
import { TabTools } from "./TabTools.tsx";
import { useTabDock } from "./useTabDock.ts";
import { ViewNote } from "./views/ViewNote.tsx";
import { viewNames } from "./views/viewFor.ts";

const SETTLED_MS = 100;

const preview = new Chunk(() => import("./views/Preview.tsx"));
const table = new Chunk(() => import("./views/Table.tsx"));
const picture = new Chunk(() => import("./views/Drawing.tsx"));

/** The tabs of the desk, side by side as one likes: by dragging, by menu or by key. */
export function FileTabs() {
  const { desk } = useRoom();
  const shown = useWatch(desk.tabs);
  const front = useWatch(desk.front);
  const [api, setApi] = useState<DockviewApi>();
  const [menu, setMenu] = useState<MenuPlace>();
  const [narrow] = useState(isNarrow);
  useTabDock(api, narrow);

  const tabs = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!front || shown.length === 0) return;
    // Once the list of hidden tabs has taken its place beside them.
    const timer = setTimeout(() => {
      for (const tab of tabs.current?.querySelectorAll(".dv-tab.dv-active-tab") ?? [])
        tab.scrollIntoView({ block: "nearest", inline: "center" });
    }, SETTLED_MS);
    return () => clearTimeout(timer);
  }, [front, shown]);

  const openMenu = (event: MouseEvent) => {
    const at = (event.target as Element).closest(".dv-tab");
    const tab = at?.querySelector<HTMLElement>("[data-tab]")?.dataset.tab;
    if (!at || tab === undefined) return;
    event.preventDefault();
    const box = at.getBoundingClientRect();
    const byKey = event.clientX === 0 && event.clientY === 0;
    setMenu({ tab, x: byKey ? box.left : event.clientX, y: byKey ? box.bottom : event.clientY });
  };

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the tabs inside have the roles and the keys
    <div ref={tabs} className={classes.tabs} data-pane="Editor" onContextMenu={openMenu}>
      <DockviewReact
        theme={dockTheme}
        components={components}
        defaultTabComponent={FileTab}
        watermarkComponent={NothingOpen}
        rightHeaderActionsComponent={TabTools}
        disableFloatingGroups
        onReady={(event) => setApi(event.api)}
      />
      {menu && <TabMenu place={menu} onClose={() => setMenu(undefined)} />}
      <Frame />
    </div>
  );
}

const components = { file: FilePanel };

/** Its editor is made when its tab is in front, and put away when enough others were in front since. */
function FilePanel({ api }: IDockviewPanelProps) {
  const { desk, editors } = useRoom();
  const tab = useWatch(desk.tabs).find(({ id }) => id === api.id);
  const isText = tab?.as === "text";
  const live = useWatch(editors.tabs, (tabs) => tabs.has(api.id));
  useEffect(() => {
    if (!isText) return;
    const look = () => (api.isVisible ? editors.enterView(api.id) : editors.leaveView(api.id));
    look();
    const shown = api.onDidVisibilityChange(look);
    return () => {
      shown.dispose();
      editors.leaveView(api.id);
    };
  }, [api, editors, isText]);
  if (!tab) return null;
  if (tab.as === "text") return <FilePane id={tab.file} tab={tab.id} live={live} />;
  const meanwhile = <ViewNote busy>Fetching the file…</ViewNote>;
  if (tab.as === "preview")
    return (
      <Fetched chunk={preview} meanwhile={meanwhile}>
        {({ default: Preview }) => <Preview file={tab.file} tab={tab.id} />}
      </Fetched>
    );
  return (
    <Fetched chunk={tab.as === "table" ? table : picture} meanwhile={meanwhile}>
      {({ default: View }) => <View file={tab.file} />}
    </Fetched>
  );
}

/** A file's name and, for the mouse, a cross; or the pin of a tab that stays. By keyboard the Delete key closes the tab. */
function FileTab({ api }: IDockviewPanelHeaderProps) {
  const { room, desk } = useRoom();
  const on = useWatch(desk.tabs).find(({ id }) => id === api.id);
  const last = useRef(on); // it is gone from the desk a moment before it goes from here
  last.current = on ?? last.current;
  const tab = last.current;
  const file = tab?.file;
  const pinned = tab?.pinned === true;
  const nodes = useWatch(room.tree.view);
  const name = nodes.find((node) => node.id === file)?.shownName;
  const known = useRef("File");
  known.current = name ?? (file && room.tree.nameOf(file)) ?? known.current;
  const deleted = !name && file !== undefined && room.tree.deletionOf(file) !== undefined; // a room being rebuilt lacks its files for a moment
  const called = deleted ? `${known.current} (deleted)` : (name ?? known.current);
  const label = tab && tab.as !== "text" ? `${viewNames[tab.as]} of ${called}` : called;

  useEffect(() => api.setTitle(label), [api, label]);

  return (
    <span className={classes.tab} data-tab={api.id} onAuxClick={(event) => event.button === 1 && api.close()}>
      <span className={classes.name} data-deleted={deleted}>
        {label}
        {pinned && <span className="visually-hidden">, pinned</span>}
      </span>
      <span
        className={classes.close}
        aria-hidden
        title={pinned ? "Unpin" : "Close"}
        data-pinned={pinned}
        onPointerDown={(event) => event.stopPropagation()}
        onClick={() => (pinned ? desk.pin(api.id, false) : api.close())}
      >
        {pinned ? <IconPinFilled size={14} /> : <IconX size={14} />}
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
