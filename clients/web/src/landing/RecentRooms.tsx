import type { RecentRoom } from "@coterie/core";
import { keepsUnsent } from "@coterie/core/client/Outbox.ts";
import { ActionIcon, Button } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { useEffect, useRef, useState } from "react";
import rows from "../app/Rows.module.css";
import { remembered } from "../app/remembered.ts";
import { goToRoom, server } from "../app/route.ts";
import { onLeft, tellLeft } from "../app/tabs.ts";
import { attempt } from "../app/toast.ts";
import { useWatch } from "../app/useWatch.ts";
import { removeLeftSoon } from "../room/zip/ownFiles.ts";
import { lasting, openVault } from "../world/vault.ts";
import { ago } from "./ago.ts";
import classes from "./RecentRooms.module.css";

/** The rooms this browser has been in. Removing one forgets its keys here as well. */
export function RecentRooms() {
  const [rooms, setRooms] = useState<readonly RecentRoom[]>();
  const keeps = useWatch(lasting);
  /** The room whose question was just answered with "Keep": its line has the keyboard again. */
  const kept = useRef<string>(undefined);
  const [asking, setAsking] = useState<{ id: string; unsent: boolean }>();

  useEffect(() => {
    const look = () =>
      openVault()
        .then((vault) => vault.list())
        .then(setRooms, () => setRooms([]));
    void look();
    return onLeft(() => void look());
  }, []);

  const forget = async (room: RecentRoom) => {
    const vault = await openVault();
    await attempt(vault.delete(room.id));
    remembered.forgetRoom(room.id);
    tellLeft(room.id);
    removeLeftSoon(0);
    setRooms(await vault.list());
    setAsking(undefined);
  };

  const ask = async ({ id }: RecentRoom) => {
    const unsent = await openVault()
      .then((vault) => keepsUnsent(vault, id))
      .catch(() => false); // a browser that keeps nothing
    setAsking({ id, unsent });
  };

  const keep = ({ id }: RecentRoom) => {
    setAsking(undefined);
    kept.current = id;
  };

  const open = (room: RecentRoom) => {
    if (room.server === server) goToRoom(room.id);
    else location.assign(`${room.server}/r/${room.id}`);
  };

  if (!rooms) return null;
  return (
    <section className={classes.recent} aria-labelledby="recent-title">
      <h2 id="recent-title">Recent rooms</h2>
      {rooms.length === 0 && (
        <p className={classes.empty}>
          {keeps
            ? "Rooms you open are listed here, in this browser only."
            : "This browser keeps nothing beyond this page (a private window, or blocked site data), so no room will be listed here."}
        </p>
      )}
      <ul>
        {rooms.map((room) => (
          <li key={room.id}>
            {asking?.id === room.id ? (
              <div
                className={classes.asking}
                role="alertdialog"
                aria-label={`Forget ${room.title}`}
                onKeyDown={(event) => event.key === "Escape" && keep(room)}
              >
                <span>
                  This browser forgets its keys to {room.title}, the owner key among them if the room is yours.{" "}
                  {asking.unsent && <strong>What you typed there and has not reached the server is lost. </strong>}
                  To return you need a link.
                </span>
                <Button size="compact-sm" color="red" variant="light" onClick={() => void forget(room)}>
                  Forget
                </Button>
                <Button size="compact-sm" variant="default" autoFocus onClick={() => keep(room)}>
                  Keep
                </Button>
              </div>
            ) : (
              <>
                <button
                  type="button"
                  className={`${rows.row} ${classes.room}`}
                  data-gone={room.gone}
                  onClick={() => open(room)}
                >
                  <strong>{room.title || "Untitled room"}</strong>
                  <span>
                    {stateOf(room)} · {ago(room.lastOpened, Date.now())}
                  </span>
                </button>
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  aria-label={`Remove ${room.title} from the list`}
                  onClick={() => void ask(room)}
                  ref={(button) => {
                    if (button === null || kept.current !== room.id) return;
                    kept.current = undefined;
                    button.focus();
                  }}
                >
                  <IconX size={16} />
                </ActionIcon>
              </>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

function stateOf({ gone, kind }: RecentRoom): string {
  if (gone === "destroyed") return "Destroyed by its owner";
  if (gone === "missing") return "No longer on the server";
  return kind === "memory" ? "Ephemeral" : "Permanent";
}
