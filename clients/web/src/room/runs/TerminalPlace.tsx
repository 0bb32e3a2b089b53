import { useEffect, useRef } from "react";
import { useRoom } from "../RoomContext.ts";
import classes from "./Runs.module.css";
import { roomIn } from "./RunTerminal.ts";
import own from "./TerminalPlace.module.css";

/** The place of the first terminal, unseen, as it will be without the form: a program begins in that size. */
export function TerminalPlace() {
  const { runs } = useRoom();
  const host = useRef<HTMLDivElement>(null);
  useEffect(() => {
    void document.fonts.ready.then(() => {
      const size = host.current && roomIn(host.current);
      if (size) runs.size.set(size);
    });
  }, [runs]);
  return (
    <div className={own.place} aria-hidden>
      <div ref={host} className={classes.terminal} />
      <div className={classes.foot}>
        <p className={classes.status}>Running</p>
      </div>
    </div>
  );
}
