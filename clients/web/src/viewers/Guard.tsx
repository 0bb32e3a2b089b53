import type { ReactNode } from "react";
import { Caught } from "../app/Caught.tsx";
import { Bar } from "./Bar.tsx";
import type { Shown } from "./Shown.ts";
import { Unshown } from "./Unshown.tsx";
import classes from "./Viewer.module.css";

/** A viewer that fails over what somebody put into a file takes nothing else of the room with it. */
export function Guard({ shown, children }: { shown: Shown; children: ReactNode }) {
  const instead = (
    <div className={classes.viewer}>
      <Bar shown={shown} />
      <Unshown shown={shown} why="This file cannot be shown: what is in it is not as it should be." />
    </div>
  );
  return <Caught instead={instead}>{children}</Caught>;
}
