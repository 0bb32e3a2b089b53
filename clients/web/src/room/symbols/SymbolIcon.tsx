import {
  IconCodeDots,
  IconCube,
  IconHash,
  IconMathFunction,
  IconPackage,
  IconPoint,
  IconSquareRoundedLetterC,
  IconSquareRoundedLetterE,
  IconSquareRoundedLetterI,
  IconSquareRoundedLetterS,
  IconSquareRoundedLetterT,
  IconTag,
  IconVariable,
  type TablerIcon,
} from "@tabler/icons-react";
import type { SymbolKind } from "./CodeSymbol.ts";

const icons: Readonly<Record<SymbolKind, TablerIcon>> = {
  class: IconSquareRoundedLetterC,
  interface: IconSquareRoundedLetterI,
  struct: IconSquareRoundedLetterS,
  enum: IconSquareRoundedLetterE,
  member: IconPoint,
  type: IconSquareRoundedLetterT,
  module: IconPackage,
  function: IconMathFunction,
  method: IconCube,
  property: IconTag,
  variable: IconVariable,
  constant: IconHash,
  macro: IconCodeDots,
};

/** What kind of symbol it is, also for who hears it. */
export function SymbolIcon({ kind }: { kind: SymbolKind }) {
  const Icon = icons[kind];
  return <Icon size={16} role="img" aria-label={kind} />;
}
