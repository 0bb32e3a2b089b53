import { Observable, type Room } from "@coterie/core";

/** Whether the room was reached since the page was opened; once true it stays so. */
export function reachedOf(room: Room): Observable<boolean> {
  const reached = new Observable(false);
  const look = () => {
    if (room.view.get().connection !== "connected") return;
    stop();
    reached.set(true);
  };
  const stop = room.view.subscribe(look);
  look();
  return reached;
}
