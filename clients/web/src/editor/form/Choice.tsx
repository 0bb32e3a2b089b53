import { Menu } from "@mantine/core";
import { IconCheck } from "@tabler/icons-react";
import type { ReactNode } from "react";
import classes from "./StatusBar.module.css";

interface Item {
  readonly label: string;
  readonly chosen: boolean;
  readonly disabled?: boolean;
  readonly run: () => void;
}

interface Props {
  readonly what: string;
  readonly label: string;
  readonly notes: readonly (string | undefined)[];
  readonly items: readonly Item[];
}

/** One thing about a file, as a button with what else it could be. */
export function Choice({ what, label, notes, items }: Props): ReactNode {
  return (
    <Menu position="top-start">
      <Menu.Target>
        <button type="button" className={classes.button} title={what} aria-label={`${what}: ${label}`}>
          {label}
        </button>
      </Menu.Target>
      <Menu.Dropdown className={classes.menu ?? ""} aria-label={what}>
        {notes.map((note) => note && <Menu.Label key={note}>{note}</Menu.Label>)}
        {items.map(({ label: said, chosen, disabled = false, run }) => (
          <Menu.RadioItem
            key={said}
            value={said}
            checked={chosen}
            checkIcon={<IconCheck size={16} />}
            disabled={disabled}
            closeMenuOnClick
            onChange={run}
          >
            {said}
          </Menu.RadioItem>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
