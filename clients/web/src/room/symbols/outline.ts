import type { Node, QueryMatch } from "web-tree-sitter";
import { type CodeSymbol, kinds, type Outline, type SymbolKind } from "./CodeSymbol.ts";
import type { Engine } from "./engine.ts";

/** Of a file with more symbols the first so many are told. */
export const mostSymbols = 5_000;
/** A longer name is cut, in UTF-16 units. */
const longestName = 200;

/** A piece of the text that has a name: a symbol, or what only says whose the symbols in it are. */
interface Piece {
  readonly start: number;
  readonly end: number;
  readonly name: Node;
  /** Undefined for what is itself no symbol, as Rust's `impl`. */
  readonly kind: SymbolKind | undefined;
  /** Where the text itself names it: `int Ship::sail()`. */
  readonly owner: string | undefined;
  readonly pattern: number;
}

const holdsMethods: ReadonlySet<SymbolKind | undefined> = new Set(["class", "interface", "struct", "enum", undefined]);

/**
 * The symbols of a text. Queries name them as tree-sitter's tags do: `@definition.KIND` around `@name`. Beside that `@scope` is a piece
 * that contains symbols and is none, and `@container` a symbol's owner that does not enclose it. Of several patterns for one name the
 * first in the query counts; a function that stands in a type is a method.
 */
export function outlineOf({ parser, query }: Engine, text: string): Outline {
  const tree = parser.parse(text);
  if (tree === null) return { symbols: [], cut: false };
  try {
    return symbolsOf(query.matches(tree.rootNode));
  } finally {
    tree.delete();
  }
}

function symbolsOf(matches: readonly QueryMatch[]): Outline {
  const byPlace = new Map<number, Piece>();
  for (const match of matches) {
    const piece = pieceOf(match);
    const known = piece && byPlace.get(piece.name.startIndex);
    if (piece && (known === undefined || piece.pattern < known.pattern)) byPlace.set(piece.name.startIndex, piece);
  }
  const pieces = [...byPlace.values()].sort(
    (one, other) => one.start - other.start || other.end - one.end || one.name.startIndex - other.name.startIndex,
  );
  const symbols: CodeSymbol[] = [];
  const around: Piece[] = [];
  for (const piece of pieces) {
    while (around.length > 0 && !encloses(around.at(-1)!, piece)) around.pop();
    const outer = around.at(-1);
    around.push(piece);
    if (piece.kind === undefined) continue;
    if (symbols.length === mostSymbols) return { symbols, cut: true };
    const { row, column } = piece.name.startPosition;
    const inType = piece.owner !== undefined || (outer && holdsMethods.has(outer.kind));
    symbols.push({
      kind: piece.kind === "function" && inType ? "method" : piece.kind,
      name: nameOf(piece.name),
      container: piece.owner ?? (outer && nameOf(outer.name)),
      line: row + 1,
      column: column + 1,
    });
  }
  return { symbols, cut: false };
}

/** @param outer begins no later. Names that share one declaration, as in `int a, b`, stand side by side. */
function encloses(outer: Piece, { start, end }: Piece): boolean {
  return outer.end >= end && (outer.start < start || outer.end > end);
}

function pieceOf({ captures, patternIndex }: QueryMatch): Piece | undefined {
  const captured = new Map(captures.map(({ name, node }) => [name, node]));
  const name = captured.get("name");
  if (name === undefined || name.isMissing) return undefined;
  const owner = captured.get("container");
  for (const [capture, { startIndex, endIndex }] of captured) {
    const kind = kinds.find((one) => capture === `definition.${one}`);
    if (kind !== undefined || capture === "scope")
      return {
        start: startIndex,
        end: endIndex,
        name,
        kind,
        owner: owner && nameOf(owner),
        pattern: patternIndex,
      };
  }
  return undefined;
}

function nameOf(node: Node): string {
  const name = node.text.replace(/\s+/g, " ");
  return name.length > longestName ? `${name.slice(0, longestName)}…` : name;
}
