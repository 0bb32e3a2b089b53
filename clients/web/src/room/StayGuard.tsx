import { Button, Group } from "@mantine/core";
import { useEffect, useState } from "react";
import { Dialog } from "../app/Dialog.tsx";
import { dropFragment, goToLanding } from "../app/route.ts";
import { useAtOnce, useWatch } from "../app/useWatch.ts";
import { closeRoom } from "../join/entrance.ts";
import { lasting } from "../world/vault.ts";
import { changes } from "./changes.ts";
import { useRoom } from "./RoomContext.ts";

/**
 * Keeps a room from being lost by a slip: the back button asks first, and closing the window with unsent edits, or while files come in, warns.
 * One extra history entry stands in front of the room; going back only uses that one up.
 */
export function StayGuard() {
  const { room, bring } = useRoom();
  const unsent = useAtOnce(room.view, (view) => view.unsaved > 0);
  const onlyCopies = useWatch(room.view, (view) => (view.kind === "memory" ? view.notTaken.length : 0)); // else kept for the next visit
  const kind = useWatch(room.view, (view) => view.kind);
  const owner = useWatch(room.view, (view) => view.role === "owner");
  const keeps = useWatch(lasting);
  const [asking, setAsking] = useState(false);

  const comes = useWatch(bring.phase, (phase) => phase?.type === "bringing");
  const atRisk = unsent || onlyCopies > 0 || comes || (owner && !keeps);
  useEffect(() => {
    if (!atRisk) return;
    const warn = (event: BeforeUnloadEvent) => {
      event.preventDefault();
      void room.keepUnsent();
    };
    const hide = () => document.hidden && void room.keepUnsent(); // a phone closes pages without a word
    addEventListener("beforeunload", warn);
    document.addEventListener("visibilitychange", hide);
    return () => {
      removeEventListener("beforeunload", warn);
      document.removeEventListener("visibilitychange", hide);
    };
  }, [atRisk, room]);

  useEffect(() => {
    const here = keeps ? location.href.replace(/#.*/, "") : location.href; // where nothing is kept the link brings one back
    const arm = () => {
      if (history.state !== "inside") history.pushState("inside", "", here);
    };
    const back = (event: PopStateEvent) => {
      if (event.state === "inside" || room.view.get().connection === "ended") return;
      const link = location.hash !== "" && location.href !== here; // a link to this very room was put into the address bar
      if (link && room.view.get().role === "viewer") return;
      event.stopImmediatePropagation();
      if (link) dropFragment();
      arm();
      setAsking(!link);
    };
    // Browsers skip entries that were made before the person touched the page.
    const gestures = ["pointerdown", "keydown"] as const;
    for (const gesture of gestures) addEventListener(gesture, arm, { once: true, capture: true });
    if (navigator.userActivation?.hasBeenActive) arm();
    addEventListener("popstate", back, { capture: true });
    return () => {
      for (const gesture of gestures) removeEventListener(gesture, arm, { capture: true });
      removeEventListener("popstate", back, { capture: true });
    };
  }, [room, keeps]);

  return (
    <Dialog opened={asking} onClose={() => setAsking(false)} title="Go out of the room?">
      <p style={{ margin: 0, lineHeight: 1.5 }}>
        {keeps
          ? "This browser keeps your keys, so you can come back from the start page"
          : "You can come back by a link"}
        {kind === "memory" ? " as long as someone is here, and for 5 minutes after." : "."}
        {unsent && <Unsent />}
        {comes && " Files are still being brought in: what is not here by then does not come."}
      </p>
      <Group mt="lg" justify="flex-end">
        <Button
          variant="default"
          onClick={() => {
            closeRoom(room);
            goToLanding();
          }}
        >
          Go to the start page
        </Button>
        <Button data-autofocus onClick={() => setAsking(false)}>
          Stay
        </Button>
      </Group>
    </Dialog>
  );
}

function Unsent() {
  const { room } = useRoom();
  const unsaved = useWatch(room.view, (view) => view.unsaved);
  return ` ${changes(unsaved)} not reached the server yet.`;
}
