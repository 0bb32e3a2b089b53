import type { Asked } from "./editorconfig.ts";
import type { Choice, Indent } from "./OwnChoices.ts";

/** How a file is shown, and what decided it. */
export interface Settled {
  readonly indent: Indent;
  /** Columns that a tab is wide. */
  readonly tabWidth: number;
  readonly indentBy: "choice" | "editorconfig" | "text";
  readonly language: string;
  readonly wrap: boolean;
  readonly ruler: number | undefined;
}

interface Says {
  readonly choice: Choice;
  readonly asked: Asked;
  /** What the text itself looks like. */
  readonly seen: Indent;
  /** The language by the file's name. */
  readonly language: string;
  /** Whether lines are wrapped where nobody chose. */
  readonly wraps: boolean;
}

/** One's own choice decides, else .editorconfig, else the text. */
export function settle({ choice, asked, seen, language, wraps }: Says): Settled {
  const tabs = asked.indentStyle === undefined ? seen.tabs : asked.indentStyle === "tab";
  const isAsked = asked.indentStyle !== undefined || asked.indentSize !== undefined;
  const size = asked.indentSize ?? seen.size;
  const tabWidth = choice.indent?.size ?? asked.tabWidth ?? size;
  return {
    indent: choice.indent ?? { tabs, size: tabs ? tabWidth : size }, // who indents by tabs indents by as much as a tab is wide
    tabWidth,
    indentBy: choice.indent ? "choice" : isAsked ? "editorconfig" : "text",
    language: choice.language ?? language,
    wrap: choice.wrap ?? wraps,
    ruler: asked.maxLineLength,
  };
}
