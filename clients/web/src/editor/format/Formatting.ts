import type { Edit } from "../offsets.ts";

/** What the worker is asked: a text, and how it is to be written. */
export interface ToFormat {
  readonly text: string;
  readonly language: string;
  /** The end of the file's name behind its last dot: TypeScript is read otherwise where it may hold tags. */
  readonly extension: string;
  readonly tabs: boolean;
  /** Columns. */
  readonly indent: number;
  readonly tabWidth: number;
  readonly eol: string;
}

/** Replacements in the text's own offsets, ascending, none touching another. */
export type Formatted = readonly Edit[];
