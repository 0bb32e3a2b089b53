import { IconCode, IconFiles, IconMessage, IconSearch, IconUsers } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import { useWatch } from "../../app/useWatch.ts";
import { FileTabs } from "../../editor/FileTabs.tsx";
import { Chat } from "../chat/Chat.tsx";
import { Waiting } from "../chat/Waiting.tsx";
import { Files } from "../files/Files.tsx";
import { People } from "../people/People.tsx";
import { useRoom } from "../RoomContext.ts";
import { RunPanel } from "../runs/RunPanel.tsx";
import { SearchPane } from "../search/SearchPane.tsx";
import classes from "./Narrow.module.css";

const panes = [
  { name: "Files", icon: IconFiles, pane: Files },
  { name: "Search", icon: IconSearch, pane: SearchPane },
  { name: "Editor", icon: IconCode, pane: FileTabs },
  { name: "Chat", icon: IconMessage, pane: Chat },
  { name: "People", icon: IconUsers, pane: People },
] as const;

type PaneName = (typeof panes)[number]["name"];

/** One column with tabs at the bottom, for a phone. All panes stay alive; one shows. Opening a file goes to the editor. */
export function Narrow() {
  const { desk, draft, shelf, search } = useRoom();
  const [shown, setShown] = useState<PaneName>("Editor");
  const target = useWatch(desk.target);
  const asked = useWatch(draft.asked);
  const searched = useWatch(search.asked);
  const naming = useWatch(shelf.draft);

  useEffect(() => {
    if (target) setShown("Editor");
  }, [target]);

  useEffect(() => {
    if (naming) setShown("Files");
  }, [naming]);

  useEffect(() => {
    if (asked > 0) setShown("Chat");
  }, [asked]);

  useEffect(() => {
    if (searched > 0) setShown("Search");
  }, [searched]);

  return (
    <div className={classes.narrow}>
      {panes.map(({ name, pane: Pane }) => (
        <div
          key={name}
          className={classes.pane}
          role="tabpanel"
          id={`pane-${name}`}
          aria-labelledby={`tab-${name}`}
          hidden={shown !== name}
        >
          <Pane />
        </div>
      ))}
      <RunPanel />
      <div className={classes.tabs} role="tablist" aria-label="Parts of the room">
        {panes.map(({ name, icon: Icon }, nth) => (
          <button
            key={name}
            type="button"
            role="tab"
            id={`tab-${name}`}
            aria-controls={`pane-${name}`}
            aria-selected={shown === name}
            tabIndex={shown === name ? 0 : -1}
            onClick={() => setShown(name)}
            onKeyDown={(event) => {
              const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
              if (!step) return;
              const next = panes[(nth + step + panes.length) % panes.length]!.name;
              setShown(next);
              document.getElementById(`tab-${next}`)?.focus();
            }}
          >
            <Icon size={20} aria-hidden />
            {name}
            {name === "Chat" && <Waiting className={classes.unread} />}
          </button>
        ))}
      </div>
    </div>
  );
}
