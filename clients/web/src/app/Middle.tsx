import type { ReactNode } from "react";
import classes from "./Middle.module.css";

/** Words in the place of what is not there. */
export function Middle({ children }: { children: ReactNode }) {
  return <div className={classes.middle}>{children}</div>;
}
