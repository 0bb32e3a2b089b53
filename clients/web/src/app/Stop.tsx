import { Button } from "@mantine/core";
import type { ReactNode } from "react";
import { WayBack } from "../delivery/WayBack.tsx";
import { Wordmark } from "../theme/Wordmark.tsx";
import { goToLanding } from "./route.ts";
import classes from "./Stop.module.css";

export interface StopText {
  readonly title: string;
  readonly text: string;
  readonly next: string;
  /** Whether trying once more may help. */
  readonly again?: boolean;
}

/** A calm full screen for what cannot go on: what happened, and what to do next. */
export function Stop({
  title,
  text,
  next,
  home = true,
  children,
}: StopText & { home?: boolean; children?: ReactNode }) {
  return (
    <main className={classes.stop}>
      <Wordmark size={22} />
      <div role="alert">
        <h1>{title}</h1>
        <p>{text}</p>
        <p className={classes.next}>{next}</p>
      </div>
      <div className={classes.actions}>
        {children}
        {home && (
          <Button variant="default" onClick={goToLanding}>
            Go to the start page
          </Button>
        )}
      </div>
    </main>
  );
}

/** The screen has failed while it was drawn. @param but what has not, for a person */
export function Faulty({ but = "It is one of the program. Nothing in your rooms is lost." }: { but?: string }) {
  return (
    <Stop
      title="This page met a fault"
      text={but}
      next="Load the page again. If it comes back, tell whoever runs the server what you did."
    >
      <Button onClick={() => location.reload()}>Load the page again</Button>
    </Stop>
  );
}

/** A whole screen could not be fetched. */
export function Unloaded() {
  return (
    <Stop
      title="The page could not be loaded"
      text="The server could not be reached, or it has a newer version than this page."
      next="Check your network, then load the page again. Nothing is lost."
    >
      <Button onClick={() => location.reload()}>Load the page again</Button>
      <WayBack />
    </Stop>
  );
}
