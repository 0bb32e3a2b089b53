import type { ComponentProps } from "react";
import classes from "./Viewer.module.css";

/** Where a file is shown, and what has the keyboard there: it scrolls by keys. */
export function Stage({ label, className, ...rest }: ComponentProps<"div"> & { label: string }) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a section may not have keys
    <div
      {...rest}
      className={`${classes.stage} ${className}`}
      data-stage
      role="group"
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls by keys
      tabIndex={0}
    />
  );
}
