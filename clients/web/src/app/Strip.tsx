import type { ReactNode } from "react";
import classes from "./Strip.module.css";

/** What is to be said of all that stands below it. */
export function Strip({ role, children }: { role?: "alert" | "status" | "note"; children: ReactNode }) {
  return (
    <div className={classes.strip} role={role}>
      {children}
    </div>
  );
}
