/** What the names of programs end in, of all languages that a server may have: so that nothing is asked of it before somebody wants to run one. */
const endings = new Set(
  "4th a68 adb ads asm awk b bas bash bc bf c cbl cc cjs cl clj cljc cob coffee cpp cr cs cts cxx d el erl escript ex exs f03 f08 f90 f95 fish fs fth go gp groovy hs hx icn java jq js jsonnet ksh kt l libsonnet lisp lsp lua m m4 mac mjs mk ml mts mzn nasm nim octave p6 pas php pike pl pm pmod pp pro prolog py r raku rakumod rb rex rexx rkt rs s scala scm sed sh sl sml smt2 sql ss sv tcl ts tsx v vala vhd vhdl wat zsh".split(
    " ",
  ),
);

/** Whether a file of this name may be a program. */
export function isProgram(name: string): boolean {
  const dot = name.lastIndexOf(".");
  return dot >= 0 && endings.has(name.slice(dot + 1).toLowerCase());
}
