export const kinds = [
  "class",
  "interface",
  "struct",
  "enum",
  "member",
  "type",
  "module",
  "function",
  "method",
  "property",
  "variable",
  "constant",
  "macro",
] as const;

export type SymbolKind = (typeof kinds)[number];

/** Something that a file gives a name to. */
export interface CodeSymbol {
  readonly kind: SymbolKind;
  readonly name: string;
  /** The name of the symbol it stands in. */
  readonly container: string | undefined;
  /** Where its name begins: both from 1, the column in UTF-16 units, as in Monaco. */
  readonly line: number;
  readonly column: number;
}

/** What was found in a file, in the order of the text; `cut` where there is more of it. */
export interface Outline {
  readonly symbols: readonly CodeSymbol[];
  readonly cut: boolean;
}

/**
 * Why there is no outline: the file is over the limit; it took too long; the engine gave up, as where memory was at an end; what the
 * language needs did not come from the server.
 */
export type Trouble = "large" | "slow" | "failed" | "unreachable";
export type Outlined = Outline | Trouble;
