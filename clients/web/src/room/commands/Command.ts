import type { TablerIcon } from "@tabler/icons-react";

/** Something one can do in the room, as menus and the list of commands offer it. */
export interface Command {
  readonly id: string;
  readonly label: string;
  readonly icon?: TablerIcon;
  /** The keys that do it, too, as they are written on a keyboard. */
  readonly keys?: string;
  /** What it takes away does not come back. */
  readonly danger?: boolean;
  /** A menu stays open behind it. */
  readonly stays?: boolean;
  readonly run: () => void;
}
