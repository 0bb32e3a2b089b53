import type { Said } from "@coterie/core";

/**
 * What a line says. "whole": the place and what is wrong there; where that place is in no file of the room, the places of its family that
 * follow say where. "title": what is wrong; the places that follow say where, the first of them in the room. "place": where. "header": where,
 * unless a place that follows its title says it better; "frames": places come first, the last one in the room counts, and the line that is
 * not indented is the title.
 */
type Kind = "whole" | "title" | "place" | "header" | "frames";

export interface Pattern {
  readonly kind: Kind;
  /** Titles and places belong together within one. */
  readonly family: string;
  /** Groups: path, line, column, severity, message. */
  readonly is: RegExp;
  /** Only where it says so; else it may be anybody's words. */
  readonly by?: Said["by"];
  /** What the tool counts from 0. */
  readonly columnFrom0?: true;
  /** It says the file's name alone, not where it lies. */
  readonly nameOnly?: true;
}

/**
 * The lines in which tools report problems, the first that fits counts. In tests/problems there is a real sample of each.
 *
 * Always: each begins at the line's beginning, and no part of one can take letters from the next, so that a line is read in one go
 * whatever a program wrote into it.
 */
export const patterns: readonly Pattern[] = [
  // rustc: the place is below its words.
  { kind: "title", family: "rustc", is: /^(?<severity>error|warning)(?:\[[A-Z]\d{1,5}\])?: (?<message>.+)$/ },
  { kind: "place", family: "rustc", is: /^ {0,9}--> (?<path>[^:]+):(?<line>\d{1,7}):(?<column>\d{1,7})$/ },
  // A panic of Rust: its words are below the place; before 1.73 they stood before it.
  {
    kind: "frames",
    family: "rust",
    is: /^thread '[^']*' (?:\(\d{1,9}\) )?panicked at (?<path>[^':]+):(?<line>\d{1,7}):(?<column>\d{1,7}):$/,
  },
  {
    kind: "whole",
    family: "rust",
    is: /^thread '[^']*' panicked at '(?<message>[^']*)', (?<path>[^':]+):(?<line>\d{1,7}):(?<column>\d{1,7})$/,
  },
  // esbuild
  { kind: "title", family: "esbuild", is: /^[✘▲] \[(?<severity>ERROR|WARNING)\] (?<message>.+)$/ },
  {
    kind: "place",
    family: "esbuild",
    is: /^ {4}(?<path>[^ :][^:]*):(?<line>\d{1,7}):(?<column>\d{1,7}):$/,
    columnFrom0: true,
  },
  // tsc, and the compilers of .NET
  {
    kind: "whole",
    family: "tsc",
    is: /^(?<path>[^\s:(][^:(]*)\((?<line>\d{1,7}),(?<column>\d{1,7})\): (?<severity>error|warning) (?<message>[A-Z]{2,4}\d{1,5}: .+)$/,
  },
  {
    kind: "whole",
    family: "tsc",
    is: /^(?<path>[^\s:][^:]*):(?<line>\d{1,7}):(?<column>\d{1,7}) - (?<severity>error|warning) (?<message>TS\d{1,5}: .+)$/,
  },
  // gcc, clang, javac, warnings of Ruby and Python
  {
    kind: "whole",
    family: "gcc",
    is: /^(?<path>[^\s:][^:]*):(?<line>\d{1,7}):(?:(?<column>\d{1,7}):)? (?<severity>(?:fatal )?error|warning|[A-Z][A-Za-z]{0,40}Warning): (?<message>.+)$/,
  },
  {
    kind: "whole",
    family: "ld",
    is: /^(?:\/usr\/bin\/ld: )?(?<path>[^\s:][^:]*):(?<line>\d{1,7}): (?<message>undefined reference to .+)$/,
  },
  // Go
  {
    kind: "whole",
    family: "gc",
    by: "compiler",
    is: /^(?:vet: )?(?<path>[^\s:][^:]*\.go):(?<line>\d{1,7}):(?<column>\d{1,7}): (?<message>.+)$/,
  },
  { kind: "title", family: "go", is: /^(?<message>(?:panic|fatal error): .+)$/ },
  { kind: "place", family: "go", is: /^\t(?<path>[^\s:][^:]*):(?<line>\d{1,7})(?: \+0x[0-9a-f]{1,9})?$/ },
  // Ruby
  {
    kind: "whole",
    family: "ruby",
    is: /^(?<path>[^\s:][^:]*):(?<line>\d{1,7}):in [`'][^'`]*': (?<message>.+)$/,
  },
  { kind: "whole", family: "ruby", is: /^(?<path>[^\s:][^:]*):(?<line>\d{1,7}): (?<message>syntax error.*)$/ },
  { kind: "place", family: "ruby", is: /^\s{1,9}(?:\d{1,5}: )?from (?<path>[^\s:][^:]*):(?<line>\d{1,7}):in / },
  // Python: the innermost frame is the last.
  { kind: "frames", family: "python", is: /^ {2}File "(?<path>[^"]+)", line (?<line>\d{1,7})(?:, in .+)?$/ },
  // Node, Java, .NET: the line of the throw in Node alone, then what was thrown, then its frames, the innermost first.
  { kind: "header", family: "trace", is: /^(?:file:\/\/)?(?<path>\/[^:]+):(?<line>\d{1,7})$/ },
  {
    kind: "title",
    family: "trace",
    is: /^(?:Exception in thread "[^"]*" |Caused by: |Unhandled exception\. |Uncaught )?(?<message>[\w$.]{0,200}(?:Error|Exception)(?![\w$.]).*)$/,
  },
  {
    kind: "place",
    family: "trace",
    is: /^\s{1,20}at (?:[^(/]*\()?(?:file:\/\/)?(?<path>\/[^:()]+):(?<line>\d{1,7}):(?<column>\d{1,7})\)?(?: \{)?$/,
  },
  {
    kind: "place",
    family: "trace",
    is: /^\s{1,20}at [^(]+\((?<path>[^:()/]+\.(?:java|kt|scala|groovy)):(?<line>\d{1,7})\)$/,
    nameOnly: true,
  },
  {
    kind: "place",
    family: "trace",
    is: /^ {2,3}at [^)]+\)(?: \[0x[0-9a-f]{1,9}\])? in (?<path>\/[^:]+):(?:line )?(?<line>\d{1,7}) ?$/,
  },
];

/** What stands below a line of javac where that line's column is. */
export const caret = /^(?<before>\s*)\^$/;

/** What ends a program but is no problem of it. */
export const interrupted = /^(?:KeyboardInterrupt|SystemExit)\b/;
