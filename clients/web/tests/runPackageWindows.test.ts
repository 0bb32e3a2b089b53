import { expect, test } from "vitest";
import { batScript } from "../src/room/runs/package/batScript.ts";
import { commandsOf } from "../src/room/runs/package/commands.ts";
import { languages } from "../src/room/runs/package/languages.ts";

/** What Windows starts, by its text: no cmd.exe is at hand here, so what it makes of it is by its rules and was seen by nobody. */

function script(id: string, path: string, given: readonly string[] = [], others: readonly string[] = []): string {
  const language = languages.find((one) => one.id === id)!;
  const files = [path, ...others].map((each) => ({ path: each, bytes: new Uint8Array() }));
  return batScript(language, commandsOf(language, files, files[0]!, given));
}

const linesOf = (text: string) => text.split("\r\n");

/** Names that a member may choose, and a system keep, and what cmd.exe would make of them where they stood there as they are. */
const hostile = [
  "&calc.py",
  "%PATH%.py",
  "%~dp0.py",
  "a^b!c!.py",
  "x & del.py",
  "(1) [2] {3}.py",
  "it's $(x) `y`.py",
  "-c.py",
  "@list.py",
  "%0&calc&.py",
  "a,b;c=d.py",
  "ünï 漢字 🧵.py",
];

test.each(hostile)("%s stands within quotation marks, and each sign of a variable twice", (name) => {
  const text = script("python", `sub/${name}`);
  const line = linesOf(text).find((each) => each.startsWith("%program0%"))!;
  expect(line).toBe(`%program0% "sub/${name.replaceAll("%", "%%")}" %*`);
  expect(text.replace(line, "")).not.toContain(name);
  expect(expanded(line)).toBe(`"sub/${name}" `);
});

/** The first thing that cmd.exe does to a line of a batch file: %% is one, %x% and %1 what they stand for, here nothing. */
function expanded(line: string): string {
  return line.replace(/%%|%\*|%~\w*\d|%\d|%[^%]*%/g, (part) => (part === "%%" ? "%" : "")).replace(/^ /, "");
}

test("each language's script has lines that end as on Windows, begins in UTF-8 before anything else is read, and gives the exit code back", () => {
  for (const { id, file } of languages) {
    const text = script(id, file);
    expect(text.replaceAll("\r\n", ""), id).not.toMatch(/[\r\n]/);
    expect(text, id).not.toMatch(/^\ufeff/);
    const lines = linesOf(text);
    expect(lines[0]).toBe("@echo off");
    expect(lines[1]).toBe("setlocal EnableExtensions DisableDelayedExpansion");
    const utf8 = lines.indexOf("chcp 65001 >nul");
    expect(utf8, id).toBeGreaterThan(0);
    expect(lines.slice(0, utf8).join(""), id).not.toMatch(/[^ -~]/);
    expect(lines.slice(-3)).toEqual(['if "!cmdcmdline:~-2,1!"==" " pause', "exit /b %code%", ""]);
    for (const label of text.matchAll(/goto (\w+)/g)) expect(lines, id).toContain(`:${label[1]}`);
  }
});

test("every quotation mark has its other, and outside of them stands no sign of anybody's but the script's", () => {
  for (const { id, file } of languages)
    for (const line of linesOf(script(id, file))) {
      const parts = line.split('"');
      expect(parts.length % 2, `${id}: ${line}`).toBe(1);
      if (!line.startsWith("echo ")) continue;
      const bare = parts.filter((_, at) => at % 2 === 0).join("");
      expect(bare.replace(/\^./g, ""), `${id}: ${line}`).not.toMatch(/[&|<>()^!]|%(?!%)/);
    }
});

test("what is built goes into a fresh folder, and away again", () => {
  const lines = linesOf(script("c", "a b.c", [], ["lib/@x.c"]));
  const made = lines.indexOf('mkdir "%folder%" || goto out');
  expect(lines[made - 1]).toBe('set "folder=%TEMP%\\coterie-%RANDOM%-%RANDOM%"');
  expect(lines[made + 1]).toBe('set "made=%folder%"'); // what another start made is not removed
  const compile = lines.findIndex((line) => line.startsWith("%program0% "));
  expect(lines[compile]).toBe(
    '%program0% "-std=gnu17" "-O1" "-g" "-Wall" "-ftabstop=1" "-I." "-o" "%made%\\main.exe" "lib/@x.c" "a b.c" "-lm" "-pthread" 1>&2',
  );
  expect(lines.slice(compile + 1, compile + 6)).toEqual([
    'set "code=%errorlevel%"',
    'if not "%code%"=="0" goto out',
    '"%made%\\main.exe" %*',
    'set "code=%errorlevel%"',
    "goto out",
  ]);
  expect(lines).toContain('if defined made rmdir /s /q "%made%"');
});

test("what is called otherwise on Windows is looked for by those names, and what is missing is told", () => {
  const python = linesOf(script("python", "main.py"));
  expect(python).toContain(
    'if not defined program0 where /q "py.exe" && py.exe -3 --version >nul 2>&1 && set "program0=py.exe -3"',
  ); // a batch file of that name, such as pyenv's, would read names as orders
  expect(python).toContain(
    "echo Python is needed, and this machine has no program 'py' or 'python', or not where programs are looked for ^(PATH^).",
  );
  expect(python).toContain("echo Install it: winget install Python.Python.3.13");
  expect(python).toContain("echo It is to be had from https://www.python.org/downloads/");
  expect(linesOf(script("bash", "main.sh"))).toContain(
    'if not defined program0 if exist "%ProgramFiles%\\Git\\bin\\bash.exe" set program0="%ProgramFiles%\\Git\\bin\\bash.exe"',
  );
  const haxe = linesOf(script("haxe", "Main.hx"));
  expect(haxe).toContain('where /q "haxe" || goto missing0');
  expect(haxe).toContain("echo Install Haxe so that it is found there.");
});

test("what may be a batch file is called, and gets no name in which that would find an order", () => {
  expect(script("typescript", "main.ts")).toContain('\r\ncall "esbuild" "main.ts" "--bundle"');
  expect(script("typescript", "main.ts")).toContain('\r\n"node.exe" "--enable-source-maps" "%made%\\main.js" %*\r\n');
  for (const name of ["&calc.ts", "%PATH%.ts", "a^b.ts", "!x!.ts"]) {
    const text = script("typescript", name);
    expect(text).not.toContain(name);
    expect(text).not.toContain("esbuild");
    expect(text).toContain(`\r\necho ${name.replace(/[&%^!]/g, "_")}\r\necho Give it another name`);
  }
  for (const id of ["kotlin", "elixir"]) {
    const { file } = languages.find((one) => one.id === id)!;
    expect(script(id, file)).toMatch(/\r\ncall "/);
    expect(script(id, `a&b${file}`)).toContain(`echo a_b${file}\r\n`);
  }
});

test("arguments of the package come before others; one that Windows hands to no program is told", () => {
  expect(script("javascript", "main.js", ["50%", "two words", "back\\", ""])).toContain(
    '\r\n"node.exe" "main.js" "50%%" "two words" "back\\\\" "" %*\r\n',
  );
  const refused = script("javascript", "main.js", ['say "hi" & calc']);
  expect(refused).toContain(
    "echo An argument that this package was made with cannot be given to a program on Windows.",
  );
  expect(refused).not.toMatch(/calc|node/);
});

test("what is built for Linux alone says so", () => {
  expect(script("nasm", "main.asm")).toContain("cannot be run on Windows.");
});
