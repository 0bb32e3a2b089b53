import { type Commands, makes, type Word } from "./commands.ts";
import type { Language } from "./languages.ts";

/** Sets `here` to the folder in which the script lies, and begins with no dash. */
const findsHere = `case $0 in
  -*) here=. ;;
  */*) here=\${0%/*} ;;
  *) here=. ;;
esac`;

/**
 * What starts a program on Linux and macOS: run.sh, for any POSIX shell.
 *
 * Always: whatever a member of the room chose, as a name of a file or in it, stands within quotation marks; nothing is written beside the files, but
 * by the program itself; its output and exit code are the script's. 127 where something is missing.
 */
export function shScript(language: Language, commands: Commands): string {
  const { compile, run, takesArguments, programs, parts, environment } = commands;
  const built = makes(commands);
  const runs = [lineOf(run, language), ...(takesArguments ? ['"$@"'] : [])].join(" ");
  const hint = parts.length === 0 ? undefined : `hint() {\n${hintOf(language, parts)}\n}`;
  const lines = [
    "#!/bin/sh",
    findsHere,
    `say() { printf '%s\\n' "$@" >&2; }`,
    'CDPATH= cd -- "$here/code" 2>/dev/null || {',
    `  say ${quoted("The folder “code” is not beside this script. Unpack the whole ZIP, and start it there.")}`,
    "  exit 1",
    "}",
    ...(takesArguments
      ? []
      : [`[ $# -eq 0 ] || { say ${quoted(`Programs in ${language.name} take no arguments.`)}; exit 2; }`]),
    "",
    missingOf(language),
    hasOf(language),
    ...programs.map((name) => lookFor(name, language)),
    ...(hint === undefined ? [] : [hint]),
    ...environment.map(([name, value]) => `export ${name}=${quoted(value)}`),
    "",
  ];
  if (!built && hint === undefined) return `${[...lines, `exec ${runs}`].join("\n")}\n`;
  if (built)
    lines.push(
      `made=$(mktemp -d "\${TMPDIR:-/tmp}/coterie.XXXXXX") || exit 1`,
      "export made",
      `trap 'rm -rf "$made"' EXIT`,
      "trap : INT", // it is the program's to obey; what was made goes all the same
      "trap 'exit 143' TERM HUP",
    );
  const failed = hint === undefined ? "exit" : `{ code=$?; hint; exit "$code"; }`;
  if (compile) lines.push(`${lineOf(compile, language)} >&2 || ${failed}`, runs);
  else lines.push(`${runs} || ${failed}`);
  return `${lines.join("\n")}\n`;
}

/** What a double click on macOS starts: run.sh, and a window that stays until it was read. */
export function commandScript(): string {
  return `#!/bin/sh
${findsHere}
trap : INT
/bin/sh "$here/run.sh" "$@"
code=$?
if [ -t 0 ] && [ -t 1 ]; then
  printf '\\nIt ended with exit code %s. Press Enter to close this window. ' "$code"
  read -r enter
fi
exit "$code"
`;
}

/** A word that the shell takes as it is. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function lineOf(words: readonly Word[], { elsewhere }: Language): string {
  const alone = (word: Word | undefined) => (word?.length === 1 && typeof word[0] === "string" ? word[0] : undefined);
  const first = alone(words[0]);
  return words
    .map((word, at) => {
      if (at === 0 && first !== undefined && elsewhere?.programs?.[first]) return `"$${variableOf(first)}"`;
      const isShell = at === 2 && first === "sh" && alone(words[1]) === "-c";
      return isShell
        ? quoted(word.map((piece) => (typeof piece === "string" ? piece : '"$made"')).join(""))
        : one(word);
    })
    .join(" ");
}

function one(word: Word): string {
  const places = { made: '"$made"', code: '"$PWD"' };
  return word.map((piece) => (typeof piece === "string" ? quoted(piece) : places[piece.place])).join("");
}

function variableOf(program: string): string {
  return `program_${program.replace(/\W/g, (letter) => `_${letter.charCodeAt(0)}`)}`;
}

function lookFor(program: string, { elsewhere }: Language): string {
  const names = elsewhere?.programs?.[program];
  if (names === undefined) return `has ${quoted(program)} || missing ${quoted(program)}`;
  const name = variableOf(program);
  return `${name}=
for name in ${names.map(quoted).join(" ")}; do
  [ -n "$${name}" ] || ! has "$name" || ${name}=$name
done
[ -n "$${name}" ] || missing ${quoted(program)}`;
}

function hasOf({ elsewhere }: Language): string {
  const check = elsewhere?.macos?.check;
  if (check === undefined) return 'has() { command -v "$1" >/dev/null 2>&1; }';
  return `has() {
  found=$(command -v "$1" 2>/dev/null) || return 1
  case $found in
    /usr/bin/*) [ ! -x /usr/bin/sw_vers ] || ${check.map(quoted).join(" ")} >/dev/null 2>&1 ;;
  esac
}`;
}

function missingOf(language: Language): string {
  const { name, elsewhere, packages } = language;
  const page = elsewhere?.page === undefined ? [] : [`It is to be had from ${elsewhere.page}`];
  const onMac = [...(elsewhere?.macos?.install ? [`Install it: ${elsewhere.macos.install}`] : []), ...page];
  const debian = packages.join(" ");
  const says = (lines: readonly string[]) => `say ${lines.map(quoted).join(" ")}`;
  return `missing() {
  say ${quoted(`${name} is needed, and this machine has no program`)}" “$1”, or not where programs are looked for (PATH)."
  if [ -x /usr/bin/sw_vers ]; then
    ${says(onMac.length > 0 ? onMac : [`Install ${name} so that it is found there.`])}
  elif [ -e /etc/debian_version ]; then
    ${says([`Install it: sudo apt install ${debian}`])}
  else
    ${says([`Install ${name} with what your system installs programs with; Debian's packages are: ${debian}`, ...page])}
  fi
  say "Then start this again."
  exit 127
}`;
}

/** Says so where one of the language's files is not where Debian has it, after something went wrong. */
function hintOf({ name, packages }: Language, parts: readonly string[]): string {
  const install = `Perhaps a part of ${name} is missing; on Debian and Ubuntu: sudo apt install ${packages.join(" ")}`;
  return `  [ -e /etc/debian_version ] || return 0
  for part in ${parts.join(" ")}; do
    [ -e "$part" ] || say ${quoted(install)}
  done`;
}
