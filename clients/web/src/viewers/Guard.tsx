import { Component, type ReactNode } from "react";
import { Bar } from "./Bar.tsx";
import { Unshown } from "./Middle.tsx";
import type { Shown } from "./Shown.ts";
import classes from "./Viewer.module.css";

interface GuardProps {
  readonly shown: Shown;
  readonly children: ReactNode;
}

/** A viewer that fails over what somebody put into a file takes nothing else of the room with it. */
export class Guard extends Component<GuardProps, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }

  override render(): ReactNode {
    const { shown, children } = this.props;
    if (!this.state.failed) return children;
    return (
      <div className={classes.viewer}>
        <Bar shown={shown} />
        <Unshown shown={shown} why="This file cannot be shown: what is in it is not as it should be." />
      </div>
    );
  }
}
