import { type Commands, makes, type Word } from "./commands.ts";
import type { Language } from "./languages.ts";

/**
 * What starts a program on Windows: run.bat, for cmd.exe.
 *
 * Always: whatever a member of the room chose stands within quotation marks, and each % of it twice. Programs that are batch files there read their words
 * once more, or may: those get names only in which nothing stands for anything, and so the script says of others what to do. Of the current folder no program is
 * started in the place of one of the machine.
 */
export function batScript(language: Language, commands: Commands): string {
  const { compile, run, takesArguments, programs, environment } = commands;
  const problem = windowsProblem(language, commands);
  const built = makes(commands);
  const lines = [
    "@echo off",
    "setlocal EnableExtensions DisableDelayedExpansion",
    'set "NoDefaultCurrentDirectoryInExePath=1"',
    'set "code=1"',
    'set "made="',
    'set "page="',
    `for /f "tokens=2 delims=:." %%p in ('chcp') do set "page=%%p"`,
    "chcp 65001 >nul",
    'pushd "%~dp0" || goto leave',
    'if exist "code\\" goto whole',
    says("The folder 'code' is not beside this script. Unpack the whole ZIP, and start it there."),
    "goto out",
    ":whole",
    ...(problem === undefined ? [] : [...problem.map(says), "goto out"]),
    ...(problem === undefined ? programs.flatMap((name, at) => lookFor(name, at, language)) : []),
  ];
  if (problem === undefined) {
    lines.push("cd code || goto out", ...environment.map(([name, value]) => `set "${name}=${escaped(value)}"`));
    if (built)
      lines.push(
        'set "folder=%TEMP%\\coterie-%RANDOM%-%RANDOM%"',
        'mkdir "%folder%" || goto out', // two that start in one second may draw the same
        'set "made=%folder%"',
      );
    if (compile)
      lines.push(
        `${lineOf(compile, language, programs)} 1>&2`,
        'set "code=%errorlevel%"',
        'if not "%code%"=="0" goto out',
      );
    lines.push(
      `${lineOf(run, language, programs)}${takesArguments ? " %*" : ""}`,
      'set "code=%errorlevel%"',
      "goto out",
      ...programs.flatMap((name, at) => missing(name, at, language)),
    );
  }
  lines.push(
    ":out",
    "popd",
    ":leave",
    'if defined made rmdir /s /q "%made%"',
    "if defined page chcp %page% >nul",
    "setlocal EnableDelayedExpansion",
    'if "!cmdcmdline:~-2,1!"==" " pause', // as the Explorer ends the line of what was double-clicked
    "exit /b %code%",
  );
  return `${lines.join("\r\n")}\r\n`;
}

/** Why it cannot be run on Windows, if so, in lines for a person. */
export function windowsProblem(language: Language, { compile = [], run }: Commands): readonly string[] | undefined {
  if (compile[0]?.[0] === "sh" || run[0]?.[0] === "sh")
    return [`${language.name} is made for Linux here, and cannot be run on Windows.`];
  const texts = (words: readonly Word[]) => words.flat().filter((piece) => typeof piece === "string");
  if (texts([...compile, ...run]).some((text) => /["\p{Cc}]/u.test(text)))
    return ["An argument that this package was made with cannot be given to a program on Windows."];
  const called = [compile, run].filter((words) => isBatch(words, language)).flat();
  const odd = texts(called).find((text) => /[%^!&<>|]/.test(text));
  if (odd === undefined) return undefined;
  return [
    "A file's name, or an argument, has a sign in it that the command line of Windows would take for an order:",
    harmless(odd),
    "Give it another name in the room and download the package again.",
  ];
}

/** Whether it has to be called as a batch file: one that is known to be none is better started without that. */
function isBatch([first]: readonly Word[], { elsewhere }: Language): boolean {
  const program = first?.length === 1 && typeof first[0] === "string" ? first[0] : undefined;
  if (program === undefined) return false;
  return elsewhere?.windows === undefined || (elsewhere.windows.batch ?? []).includes(program);
}

function lineOf(words: readonly Word[], language: Language, programs: readonly string[]): string {
  const [first, ...others] = words.map(one);
  const name = words[0]?.[0];
  const at = typeof name === "string" ? programs.indexOf(name) : -1;
  const found = at >= 0 && language.elsewhere?.windows?.programs?.[programs[at]!];
  const program = found
    ? `%program${at}%`
    : at >= 0
      ? `"${executable(programs[at]!, programs[at]!, language)}"`
      : first;
  return [...(isBatch(words, language) ? ["call"] : []), program, ...others].join(" ");
}

/** What is known to be no batch file is looked for as a program: one of that name, such as a version manager's, would read names as orders. */
function executable(name: string, program: string, { elsewhere }: Language): string {
  if (elsewhere?.windows === undefined || elsewhere.windows.batch?.includes(program) || name.includes("\\"))
    return name;
  const [first, ...others] = name.split(" ");
  return [`${first}.exe`, ...others].join(" ");
}

/** Within quotation marks: some programs would take a word without them for two, and cmd.exe for more than words. */
function one(word: Word): string {
  const text = word.map((piece, at) => {
    if (typeof piece !== "string") return piece.place === "made" ? "%made%" : "%CD%";
    if (at === 0 || typeof word[at - 1] === "string") return escaped(piece);
    return escaped(piece === "/main" ? "\\main.exe" : piece.replaceAll("/", "\\")); // below a place
  });
  return `"${text.join("").replace(/\\+$/, "$&$&")}"`; // of a backslash before the mark it would be no end
}

function escaped(text: string): string {
  return text.replaceAll("%", "%%");
}

function lookFor(program: string, at: number, language: Language): string[] {
  const { elsewhere, version } = language;
  const names = elsewhere?.windows?.programs?.[program];
  if (names === undefined) return [`where /q "${executable(program, program, language)}" || goto missing${at}`];
  const asks = version?.[0] === program ? version.slice(1).join(" ") : undefined;
  return [
    `set "program${at}="`,
    ...names.map((name) => {
      const none = `if not defined program${at}`;
      const called = executable(name, program, language);
      if (name.includes("\\")) return `${none} if exist "${name}" set program${at}="${name}"`;
      const works = asks === undefined ? "" : ` && ${called} ${asks} >nul 2>&1`; // Windows has stand-ins of some that only say where to get them
      return `${none} where /q "${called.split(" ")[0]}"${works} && set "program${at}=${called}"`;
    }),
    `if not defined program${at} goto missing${at}`,
  ];
}

function missing(program: string, at: number, { name, elsewhere }: Language): string[] {
  const names = elsewhere?.windows?.programs?.[program]?.filter((each) => !each.includes("\\")) ?? [program];
  const called = names.map((each) => `'${each.split(" ")[0]}'`).join(" or ");
  const install = elsewhere?.windows?.install;
  return [
    `:missing${at}`,
    'set "code=127"',
    says(`${name} is needed, and this machine has no program ${called}, or not where programs are looked for (PATH).`),
    ...(install === undefined ? [] : [says(`Install it: ${install}`)]),
    ...(elsewhere?.page === undefined ? [] : [says(`It is to be had from ${elsewhere.page}`)]),
    ...((install ?? elsewhere?.page) ? [] : [says(`Install ${name} so that it is found there.`)]),
    says("Then open a new window, and start this again."),
    "goto out",
  ];
}

function says(text: string): string {
  return `echo ${text.replaceAll("%", "%%").replace(/[&|<>()^]/g, "^$&")}`;
}

/** A name as far as it can be shown where it stands outside of quotation marks. */
function harmless(text: string): string {
  return text.replace(/[^\p{L}\p{M}\p{N} ./_-]/gu, "_");
}
