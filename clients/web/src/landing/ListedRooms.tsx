import { useEffect, useState } from "react";
import rows from "../app/Rows.module.css";
import { type ListedRoom, listedRooms } from "../app/roomList.ts";
import { goToRoom } from "../app/route.ts";
import { words } from "../app/toast.ts";
import classes from "./RecentRooms.module.css";

/** The rooms whose owners show them to everyone; entry is as by any other way: with a link or the password. */
export function ListedRooms() {
  const [rooms, setRooms] = useState<readonly ListedRoom[]>();
  const [error, setError] = useState<string>();

  useEffect(() => {
    listedRooms().then(setRooms, (reason: unknown) => setError(words(reason)));
  }, []);

  return (
    <section className={classes.recent} aria-labelledby="listed-title">
      <h2 id="listed-title">Rooms on this server</h2>
      {error && <p className={classes.empty}>{error}</p>}
      {rooms?.length === 0 && (
        <p className={classes.empty}>No room is listed. Who makes one can list it from the room’s menu.</p>
      )}
      <ul>
        {rooms?.map(({ id, name }) => (
          <li key={id}>
            <button type="button" className={`${rows.row} ${classes.room}`} onClick={() => goToRoom(id)}>
              <strong>{name}</strong>
              <span>Listed by its owner</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
