import { useWatch } from "../../app/useWatch.ts";
import { useRoom } from "../RoomContext.ts";
import classes from "./Bring.module.css";
import { megabytes } from "./plan.ts";
import { isNearlyFull } from "./Space.ts";

/** How full the room is of what is no text, where that is nearly all, and what can be done. */
export function SpaceNote() {
  const { bring } = useRoom();
  const space = useWatch(bring.space.view);
  if (space === undefined || !isNearlyFull(space)) return null;
  return (
    <>
      <p className={classes.space}>
        {megabytes(space.used)} of the room's {megabytes(space.room)} for pictures and other files are used. Delete what
        nobody needs; texts have space of their own.
      </p>
      <p className="visually-hidden" role="status">
        The room's space for pictures and other files is nearly full.
      </p>
    </>
  );
}
