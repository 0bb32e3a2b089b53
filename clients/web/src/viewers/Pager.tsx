import type { ReactNode } from "react";
import { Act } from "./Bar.tsx";
import { NumberField } from "./NumberField.tsx";
import classes from "./Viewer.module.css";

interface Props {
  /** Such as "page". */
  readonly what: string;
  /** From 0. */
  readonly at: number;
  readonly of: number;
  readonly before: ReactNode;
  readonly behind: ReactNode;
  readonly onGo: (to: number) => void;
}

/** From one of many to the next, the one before, or any by its number. */
export function Pager({ what, at, of, before, behind, onGo }: Props) {
  return (
    <span className={classes.group}>
      <Act
        label={`Previous ${what}`}
        keys="Alt+Page Up"
        icon={before}
        disabled={at === 0}
        onClick={() => onGo(at - 1)}
      />
      <NumberField
        label={what.charAt(0).toUpperCase() + what.slice(1)}
        value={at + 1}
        of={of}
        onGo={(number) => onGo(number - 1)}
      />
      <Act
        label={`Next ${what}`}
        keys="Alt+Page Down"
        icon={behind}
        disabled={at === of - 1}
        onClick={() => onGo(at + 1)}
      />
    </span>
  );
}
