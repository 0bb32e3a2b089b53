import type { ReactNode } from "react";
import { ThemeSwitch } from "../theme/ThemeSwitch.tsx";
import { Wordmark } from "../theme/Wordmark.tsx";
import classes from "./JoinScreen.module.css";

/** What stands before a room one is not in yet. */
export function DoorPage({ children }: { children: ReactNode }) {
  return (
    <div className={classes.page}>
      <header className={classes.header}>
        <Wordmark size={24} />
        <ThemeSwitch />
      </header>
      <main className={classes.main}>{children}</main>
    </div>
  );
}
