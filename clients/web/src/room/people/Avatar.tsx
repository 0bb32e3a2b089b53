import { inkOn } from "../../editor/ink.ts";
import classes from "./Avatar.module.css";

/** A person's colour and initials; decoration, so the name stands beside it in text. */
export function Avatar({ name, colour, away = false }: { name: string; colour: string; away?: boolean }) {
  const initials = [...name.matchAll(/(?:^|\s)([\p{L}\p{N}\p{S}])/gu)]
    .map((m) => m[1])
    .slice(0, 2)
    .join("")
    .toUpperCase();
  return (
    <span className={classes.avatar} style={{ background: colour, color: inkOn(colour) }} data-away={away} aria-hidden>
      {initials}
    </span>
  );
}
