import { Observable } from "@coterie/core";
import { remembered } from "../../app/remembered.ts";

export interface Indent {
  readonly tabs: boolean;
  /** Columns. */
  readonly size: number;
}

/** What I chose for a file, instead of what it says itself. */
export interface Choice {
  readonly indent?: Indent | undefined;
  /** Monaco's id of it. */
  readonly language?: string | undefined;
  readonly wrap?: boolean | undefined;
}

/** Files with a choice that are remembered: those that were chosen for last. */
const mostFiles = 500;

/** What I chose for how files of this room are shown to me: kept in this browser, seen by nobody else. */
export class OwnChoices {
  readonly all: Observable<ReadonlyMap<string, Choice>>;
  /** Whether I want a minimap beside texts, where I said so: in all rooms. */
  readonly minimap = new Observable<boolean | undefined>({ on: true, off: false }[remembered.minimap() ?? ""]);
  readonly #room: string;

  constructor(room: string) {
    this.#room = room;
    this.all = new Observable(choicesIn(remembered.choices(room)));
  }

  of(file: string): Choice {
    return this.all.get().get(file) ?? none;
  }

  showMinimap(shown: boolean): void {
    this.minimap.set(shown);
    remembered.rememberMinimap(shown ? "on" : "off");
  }

  /** @param change what is undefined in it is not chosen any more */
  choose(file: string, change: Choice): void {
    const choice = { ...this.of(file), ...change };
    const all = new Map(this.all.get());
    all.delete(file);
    if (Object.values(choice).some((value) => value !== undefined)) all.set(file, choice);
    const kept = [...all].slice(-mostFiles);
    this.all.set(new Map(kept));
    remembered.rememberChoices(this.#room, JSON.stringify(Object.fromEntries(kept)));
  }
}

const none: Choice = {};

function choicesIn(kept: string | undefined): ReadonlyMap<string, Choice> {
  try {
    const found: unknown = JSON.parse(kept ?? "{}");
    if (typeof found !== "object" || found === null) return new Map();
    return new Map(Object.entries(found).map(([file, choice]) => [file, choiceIn(choice)]));
  } catch {
    return new Map();
  }
}

function choiceIn(kept: unknown): Choice {
  const { indent, language, wrap } = (kept ?? {}) as Record<string, unknown>;
  const { tabs, size } = (indent ?? {}) as Record<string, unknown>;
  return {
    ...(typeof tabs === "boolean" && typeof size === "number" && size >= 1 && size <= 32 && { indent: { tabs, size } }),
    ...(typeof language === "string" && { language }),
    ...(typeof wrap === "boolean" && { wrap }),
  };
}
