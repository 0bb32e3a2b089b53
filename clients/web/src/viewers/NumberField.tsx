import { TextInput } from "@mantine/core";
import { useState } from "react";
import classes from "./Viewer.module.css";

interface NumberFieldProps {
  readonly label: string;
  /** From 1. */
  readonly value: number;
  readonly of: number;
  readonly onGo: (value: number) => void;
}

/** Which of many is shown; another number and Enter goes there. */
export function NumberField({ label, value, of, onGo }: NumberFieldProps) {
  const [typed, setTyped] = useState<string>();
  const go = () => {
    const wanted = Number.parseInt(typed ?? "", 10);
    setTyped(undefined);
    if (wanted >= 1 && wanted !== value) onGo(Math.min(wanted, of));
  };
  return (
    <>
      <TextInput
        className={classes.field}
        size="xs"
        inputMode="numeric"
        aria-label={`${label}, of ${of}`}
        title={`Go to another ${label.toLowerCase()} (Enter)`}
        autoComplete="off"
        value={typed ?? String(value)}
        onFocus={(event) => event.currentTarget.select()}
        onChange={(event) => setTyped(event.currentTarget.value)}
        onBlur={go}
        onKeyDown={(event) => {
          if (event.key === "Escape") setTyped(undefined);
          if (event.key === "Enter") go();
        }}
      />
      <span className={classes.of} aria-hidden>
        of {of.toLocaleString()}
      </span>
    </>
  );
}
