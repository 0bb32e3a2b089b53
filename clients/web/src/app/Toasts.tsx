import { Button, CloseButton } from "@mantine/core";
import classes from "./Toasts.module.css";
import { dismiss, toasts } from "./toast.ts";
import { useWatch } from "./useWatch.ts";

export function Toasts() {
  return (
    <section className={classes.toasts} aria-label="Notices" aria-live="polite">
      {useWatch(toasts).map(({ id, text, tone, action }) => (
        <div key={id} className={classes.toast} data-tone={tone}>
          <span>{text}</span>
          {action && (
            <Button
              size="compact-sm"
              variant="light"
              onClick={() => {
                dismiss(id);
                action.run();
              }}
            >
              {action.label}
            </Button>
          )}
          <CloseButton size="sm" aria-label="Dismiss notice" onClick={() => dismiss(id)} />
        </div>
      ))}
    </section>
  );
}
