import { Button, Loader } from "@mantine/core";
import type { ReactNode } from "react";
import classes from "./Views.module.css";

interface Props {
  readonly busy?: boolean;
  /** Where trying once more may help. */
  readonly again?: (() => void) | undefined;
  readonly children: ReactNode;
}

/** What is to be said in the place of a view, or over it. */
export function ViewNote({ busy = false, again, children }: Props) {
  return (
    <p className={classes.note} role="status">
      {busy && <Loader size="xs" aria-hidden />}
      {children}
      {again && (
        <Button size="compact-sm" variant="default" onClick={again}>
          Try again
        </Button>
      )}
    </p>
  );
}
