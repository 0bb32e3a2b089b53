import { initialsOf } from "../../editor/crowd.ts";
import { inkOn } from "../../editor/ink.ts";
import classes from "./Avatar.module.css";

/** A person's colour and initials; decoration, so the name stands beside it in text. */
export function Avatar({ name, colour, away = false }: { name: string; colour: string; away?: boolean }) {
  return (
    <span className={classes.avatar} style={{ background: colour, color: inkOn(colour) }} data-away={away} aria-hidden>
      {initialsOf(name)}
    </span>
  );
}
