import { Button, CloseButton } from "@mantine/core";
import { type ReactNode, useEffect } from "react";
import look from "./Card.module.css";
import classes from "./Toasts.module.css";
import { dismiss, hold, toasts } from "./toast.ts";
import { useWatch } from "./useWatch.ts";

interface Props {
  /** What stays until it is answered, above them; whether there is anything. */
  readonly children: ReactNode;
  readonly asks: boolean;
}

/** What happened just now. F6 comes here too, and a notice stays while one is at it. */
export function Toasts({ children, asks }: Props) {
  const standing = useWatch(toasts);
  useEffect(() => {
    if (standing.length === 0) hold(false);
  }, [standing]);
  return (
    <section
      className={classes.toasts}
      aria-label="Notices"
      aria-live="polite"
      data-pane={standing.length > 0 || asks ? "Notices" : undefined}
      onPointerEnter={() => hold(true)}
      onPointerLeave={() => hold(false)}
      onFocus={() => hold(true)}
      onBlur={() => hold(false)}
    >
      {children}
      {standing.map(({ id, text, tone, actions }) => (
        <div key={id} className={`${look.card} ${classes.toast}`} data-tone={tone} data-choice={actions.length > 1}>
          <span>{text}</span>
          {actions.map((action) => (
            <Button
              key={action.label}
              size="compact-sm"
              variant="light"
              onClick={() => {
                dismiss(id);
                action.run();
              }}
            >
              {action.label}
            </Button>
          ))}
          <CloseButton size="sm" aria-label="Dismiss notice" onClick={() => dismiss(id)} />
        </div>
      ))}
    </section>
  );
}
