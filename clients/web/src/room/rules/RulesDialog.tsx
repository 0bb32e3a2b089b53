import { useState } from "react";
import { Dialog } from "../../app/Dialog.tsx";
import { useWatch } from "../../app/useWatch.ts";
import { useRoom } from "../RoomContext.ts";
import { Members } from "./Members.tsx";
import { RekeyForm } from "./RekeyForm.tsx";
import { Switches } from "./Switches.tsx";
import type { TakingAway } from "./takingAway.ts";

/** What an owner decides: who may be here, as what, and what the room allows. A change that needs new keys is asked about first. */
export function RulesDialog({ onClose }: { onClose: () => void }) {
  const { room } = useRoom();
  const owner = useWatch(room.view, (view) => view.role === "owner");
  const over = useWatch(room.view, (view) => view.connection === "ended");
  const [asking, setAsking] = useState<TakingAway>();
  const title = asking?.title ?? "People and rules";
  return (
    <Dialog opened onClose={onClose} title={title} size={560}>
      {asking ? (
        <RekeyForm change={asking} onDone={() => setAsking(undefined)} />
      ) : (
        <>
          {!owner && <p>You are no owner of this room any more.</p>}
          <Members disabled={!owner || over} onAsk={setAsking} />
          <Switches disabled={!owner || over} onAsk={setAsking} />
        </>
      )}
    </Dialog>
  );
}
