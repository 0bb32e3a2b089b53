import { Loader } from "@mantine/core";
import type { ReactNode } from "react";
import classes from "./Views.module.css";

/** What is to be said in the place of a view, or over it. */
export function ViewNote({ busy = false, children }: { busy?: boolean; children: ReactNode }) {
  return (
    <p className={classes.note} role="status">
      {busy && <Loader size="xs" aria-hidden />}
      {children}
    </p>
  );
}
