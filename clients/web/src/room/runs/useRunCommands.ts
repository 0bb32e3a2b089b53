import { IconFileZip, IconPlayerPlay, IconPlayerStop, IconTerminal2 } from "@tabler/icons-react";
import { useWatch } from "../../app/useWatch.ts";
import type { Command } from "../commands/Command.ts";
import { keyNames } from "../commands/keyNames.ts";
import { useRoom } from "../RoomContext.ts";
import { downloadPackage } from "./package/downloadPackage.ts";

/** What one can do with programs, for the list of commands. */
export function useRunCommands(): readonly Command[] {
  const parts = useRoom();
  const { room, desk, runs } = parts;
  const over = useWatch(room.view, (view) => view.connection === "ended");
  useWatch(desk.active);
  useWatch(runs.form);
  useWatch(runs.choices.view);
  const isOpen = useWatch(runs.open);
  const front = useWatch(runs.front);
  if (over) return [];
  const { entry } = runs;
  return [
    ...(entry
      ? [
          {
            id: "run",
            label: runs.wordsOf(runs.pipelineOf(entry), entry).does,
            icon: IconPlayerPlay,
            keys: keyNames("Mod+Shift+R"),
            run: () => void runs.run(),
          },
          {
            id: "runPackage",
            label: `Download ${entry.shownName} as a run package`,
            icon: IconFileZip,
            run: () => void downloadPackage(parts, entry),
          },
        ]
      : []),
    ...(front?.hand.get() && front.state.get().phase !== "ended"
      ? [{ id: "stopRun", label: "Stop the program", icon: IconPlayerStop, run: () => front.stop() }]
      : []),
    {
      id: "runs",
      label: isOpen ? "Put the programs away" : "Show the programs",
      icon: IconTerminal2,
      run: () => runs.toggle(),
    },
  ];
}
