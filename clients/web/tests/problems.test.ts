import { readFileSync } from "node:fs";
import type { Said, TreeNode } from "@coterie/core";
import { expect, test } from "vitest";
import { linksIn } from "../src/room/runs/problems/links.ts";
import { longestLine, mostProblems, ProblemReader } from "../src/room/runs/problems/ProblemReader.ts";
import { patterns } from "../src/room/runs/problems/patterns.ts";
import { RunFiles } from "../src/room/runs/problems/RunFiles.ts";

/** Problems out of what real tools said: each sample was recorded by problems/record.mjs with the command that it names. */
const encoder = new TextEncoder();

function filesOf(...paths: string[]): RunFiles {
  const node = (path: string) => ({ id: `id of ${path}`, path, name: path.split("/").at(-1), kind: "file" });
  return new RunFiles(paths.map((path) => node(path) as unknown as TreeNode));
}

/** @returns "path:line:column severity: message" */
function read(files: RunFiles, text: string, by: Said["by"] = "compiler", size = text.length): readonly string[] {
  const reader = new ProblemReader(files);
  const bytes = encoder.encode(text);
  for (let at = 0; at < bytes.length; at += size) reader.read({ by, bytes: bytes.slice(at, at + size) });
  reader.end();
  return reader.problems.map(({ file, path, line, column, severity, message }) => {
    expect(file).toBe(`id of ${path}`);
    return `${path}:${line}:${column ?? ""} ${severity}: ${message}`;
  });
}

function sample(name: string): { readonly files: RunFiles; readonly output: string } {
  const parts = readFileSync(new URL(`problems/${name}.txt`, import.meta.url), "utf8")
    .split(/^=== /m)
    .slice(1);
  const names = parts.slice(0, -1).map((part) => part.slice(0, part.indexOf("\n")));
  return { files: filesOf(...names), output: parts.at(-1)!.slice(parts.at(-1)!.indexOf("\n") + 1) };
}

test.each([
  [
    "gcc",
    [
      "lib/util.h:2:14 error: invalid operands to binary * (have ‘int’ and ‘char *’)",
      "main.c:6:24 error: ‘missing’ undeclared (first use in this function)",
      "main.c:7:17 error: expected ‘;’ before ‘}’ token",
      "main.c:5:13 warning: unused variable ‘unused’ [-Wunused-variable]",
      "lib/util.h:3:1 warning: control reaches end of non-void function [-Wreturn-type]",
    ],
  ],
  ["gcc-link", ["main.c:4: error: undefined reference to `missing'"]],
  ["g++", ["main.cpp:1:10 error: no such.h: No such file or directory"]],
  [
    "g++-template",
    [
      "main.cpp:5:9 error: ‘class std::vector<int>’ has no member named ‘push_front’",
      "main.cpp:6:13 error: invalid conversion from ‘const char*’ to ‘int’ [-fpermissive]",
      "main.cpp:6:9 warning: unused variable ‘x’ [-Wunused-variable]",
    ],
  ],
  [
    "clang",
    [
      "lib/util.h:2:14 error: invalid operands to binary expression ('int' and 'char[4]')",
      "main.c:5:12 error: use of undeclared identifier 'missing'",
    ],
  ],
  ["javac", ["Main.java:6:47 error: ';' expected"]],
  [
    "javac-types",
    [
      "Main.java:3:22 error: incompatible types: String cannot be converted to int",
      "Main.java:4:22 error: cannot find symbol",
      "app/Tool.java:5:10 error: incompatible types: unexpected return value",
    ],
  ],
  ["java", ["app/Tool.java:8: error: java.lang.NullPointerException"]],
  [
    "rustc",
    [
      "main.rs:6:32 error: cannot find value `missing` in this scope",
      "util.rs:2:7 error: cannot multiply `i32` by `&str`",
      "main.rs:5:23 error: mismatched types",
    ],
  ],
  ["rust-panic", ["main.rs:3:23 error: index out of bounds: the len is 2 but the index is 6"]],
  [
    "go",
    [
      'main.go:5:2 error: imported and not used: "os"',
      "main.go:9:2 error: number declared but not used",
      "main.go:10:14 error: undefined: missing",
      "main.go:11:20 error: cannot use 2 (untyped int constant) as string value in variable declaration",
    ],
  ],
  ["go-syntax", ["main.go:4:5 error: syntax error: missing condition in if statement"]],
  ["go-panic", ["main.go:10: error: panic: strings: negative Repeat count"]],
  ["esbuild", ['main.ts:4:26 error: Expected ")" but found ";"']],
  [
    "esbuild-warning",
    [
      'main.ts:2:22 error: Could not resolve "./nowhere"',
      'lib/util.ts:1:38 warning: Comparison with NaN using the "===" operator here is always false [equals-nan]',
    ],
  ],
  ["node-ts", ["lib/util.ts:6:17 error: TypeError: Cannot read properties of undefined (reading 'name')"]],
  ["node", ["main.js:4:10 error: Error: ENOENT: no such file or directory, open 'nowhere.txt'"]],
  ["node-syntax", ["main.js:1: error: SyntaxError: Unexpected token ';'"]],
  ["node-module", ["main.mjs:2:18 error: TypeError: Cannot read properties of undefined (reading 'name')"]],
  ["node-tty", ["main.js:2:9 error: TypeError: no good"]],
  [
    "tsc",
    [
      "lib/util.ts:2:3 error: TS2322: Type 'number' is not assignable to type 'string'.",
      "main.ts:3:7 error: TS2322: Type 'string' is not assignable to type 'number'.",
      "main.ts:4:7 error: TS2304: Cannot find name 'missing'.",
    ],
  ],
  [
    "tsc-pretty",
    [
      "lib/util.ts:2:3 error: TS2322: Type 'number' is not assignable to type 'string'.",
      "main.ts:3:7 error: TS2322: Type 'string' is not assignable to type 'number'.",
      "main.ts:4:7 error: TS2304: Cannot find name 'missing'.",
    ],
  ],
  [
    "mcs",
    [
      "main.cs:5:22 error: CS0029: Cannot implicitly convert type `string' to `int'",
      "main.cs:6:27 error: CS0103: The name `missing' does not exist in the current context",
    ],
  ],
  ["mono", ["main.cs:4: error: System.FormatException: Input string was not in a correct format."]],
  [
    "dotnet",
    [
      "main.cs:5:22 error: CS0029: Cannot implicitly convert type 'string' to 'int' [/box/app.csproj]",
      "main.cs:6:27 error: CS0103: The name 'missing' does not exist in the current context [/box/app.csproj]",
      "main.cs:4:13 warning: CS0168: The variable 'unused' is declared but never used [/box/app.csproj]",
    ],
  ],
  ["dotnet-run", ["main.cs:3: error: System.FormatException: The input string 'one' was not in a correct format."]],
  [
    "python",
    [
      "lib/util.py:2: error: TypeError: unsupported operand type(s) for /: 'str' and 'int'",
      "main.py:8: error: json.decoder.JSONDecodeError: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)",
    ],
  ],
  ["python-syntax", ["main.py:2: error: SyntaxError: expected ':'"]],
  ["python-warning", ["main.py:4: warning: old"]],
  ["ruby", ["lib/util.rb:3: error: divided by 0 (ZeroDivisionError)"]],
  ["ruby-library", ["main.rb:4: error: 859: unexpected token at '{' (JSON::ParserError)"]],
  ["ruby-syntax", ["main.rb:3: error: syntax error, unexpected `end', expecting ')'"]],
] as const)("what %s says, whole or in pieces", (name, expected) => {
  const { files, output } = sample(name);
  expect(read(files, output)).toEqual(expected);
  for (const size of [1, 7]) expect(read(files, output, "compiler", size)).toEqual(expected);
  expect(read(files, output.replaceAll("\n", "\r\n"))).toEqual(expected);
  expect(read(filesOf("other.txt"), output)).toEqual([]);
});

/** Their formats by the tools' documentation and changelogs: these versions are not installed where the samples were recorded. */
test("what other versions say", () => {
  const rust = "thread 'main' panicked at 'no good', src/main.rs:2:5\nnote: run with `RUST_BACKTRACE=1`\n";
  expect(read(filesOf("src/main.rs"), rust)).toEqual(["src/main.rs:2:5 error: no good"]);
  const ruby = "main.rb:2:in 'Integer#/': divided by 0 (ZeroDivisionError)\n\tfrom main.rb:2:in '<main>'\n";
  expect(read(filesOf("main.rb"), ruby)).toEqual(["main.rb:2: error: divided by 0 (ZeroDivisionError)"]);
  const prism = "main.rb: --> main.rb\nmain.rb:3: syntax errors found (SyntaxError)\n";
  expect(read(filesOf("main.rb"), prism)).toEqual(["main.rb:3: error: syntax errors found (SyntaxError)"]);
  const coloured =
    'Traceback (most recent call last):\n  File \u001b[35m"/box/main.py"\u001b[0m, line \u001b[35m3\u001b[0m, in \u001b[35m<module>\u001b[0m\n' +
    "    \u001b[31m1\u001b[0m\u001b[1;31m/\u001b[0m0\n\u001b[1;35mZeroDivisionError\u001b[0m: \u001b[35mdivision by zero\u001b[0m\n";
  expect(read(filesOf("main.py"), coloured)).toEqual(["main.py:3: error: ZeroDivisionError: division by zero"]);
});

test("what is no problem of the room's files is none", () => {
  const files = filesOf("main.py", "main.go", "lib/a.c");
  for (const path of ["/etc/main.py", "../main.py", "/box/../main.py", "/boxes/main.py", "none.py", "a.c"])
    expect(read(files, `${path}:3:4: error: no\n`)).toEqual([]);
  for (const path of ["/box/lib/a.c", "./lib/a.c", "lib/../lib/a.c", "lib//a.c"])
    expect(read(files, `${path}:3:4: error: yes\n`)).toEqual(["lib/a.c:3:4 error: yes"]);
  expect(read(files, "lib/a.c:0:0: error: no line\nlib/a.c:3: note: no problem\n")).toEqual([]);
  expect(read(files, "main.go:3:4: a log\n", "program")).toEqual([]);
  expect(read(files, '  File "main.py", line 3, in <module>\n    input()\nKeyboardInterrupt\n')).toEqual([]);
  expect(read(files, "12:30:01: error: no\nError: no place\n    at nowhere\n\n")).toEqual([]);
});

test("the compiler's last line is not the program's first", () => {
  const reader = new ProblemReader(filesOf("a.c"));
  reader.read({ by: "compiler", bytes: encoder.encode("a.c:1:2: warning: first") });
  reader.read({ by: "program", bytes: encoder.encode("a.c:2:3: error: second") });
  reader.end();
  expect(reader.problems.map(({ message }) => message)).toEqual(["first", "second"]);
});

test("each problem counts once, so many at most, and none of a line that is too long", () => {
  const files = filesOf("a.c");
  const twice = "a.c:1:2: error: same\n".repeat(2);
  expect(read(files, twice)).toHaveLength(1);
  const many = Array.from({ length: 3 * mostProblems }, (_, nth) => `a.c:${nth + 1}:1: error: one\n`).join("");
  expect(read(files, many)).toHaveLength(mostProblems);
  const long = `a.c:1:1: error: ${"x".repeat(longestLine)}\na.c:2:1: error: after\n`;
  for (const size of [long.length, 100]) expect(read(files, long, "compiler", size)).toEqual(["a.c:2:1 error: after"]);
  const [shown] = read(files, `a.c:1:1: error: \u001b[31m${"y".repeat(1_500)}\u0000\u009b\u001b]0;title\u0007\n`);
  expect(shown).toBe(`a.c:1:1 error: ${"y".repeat(500)}`);
});

/** Were a pattern to try its parts against one another, a line of each of these would take it longer than the test may last. */
test("a megabyte of lines that nearly fit is read to its end", () => {
  const fill = (unit: string) => unit.repeat(Math.floor((longestLine - 60) / unit.length));
  const hostile = [
    ...[
      "a",
      " ",
      ":",
      "(",
      "'",
      '"',
      "1:",
      "a:1:",
      " at ",
      " (",
      "', ",
      "\\",
      "\t",
      "/",
      "at (",
      ".",
      "Error",
      "[0x0]",
    ],
    ...["\u001b", "\u001b[", "\u001b]", "\u001b[0;", "-->", "\u0000"],
  ].map(fill);
  const starts = [
    "",
    "    at ",
    "\tat ",
    '  File "',
    "thread '",
    "thread 'main' panicked at '",
    "a.c:1:",
    " --> ",
    "/",
  ];
  starts.push("main.rb:1:in `", "\tfrom ", 'Exception in thread "', "a(1,1): error ", "✘ [ERROR] ", "java.");
  const lines = starts.flatMap((start) => hostile.map((unit) => `${start}${unit}!\n`));
  const text = lines.join("");
  const megabyte = text.repeat(Math.ceil(1_000_000 / text.length));
  for (const by of ["compiler", "program"] as const)
    expect(read(filesOf("a.c"), `${megabyte}a.c:2:1: error: last\n`, by, 32_768)).toEqual(["a.c:2:1 error: last"]);
  for (const line of lines) linksIn(line, filesOf("a.c"));
  expect(patterns.every(({ is }) => is.source.startsWith("^"))).toBe(true);
}, 60_000);

test("places in a terminal's line are links where they name a file of the room", () => {
  const files = filesOf("main.py", "lib/util.c", "app/Tool.java", "a/same.c", "b/same.c");
  const links = (text: string) =>
    linksIn(text, files).map(({ start, length, path, line, column }) => [
      text.slice(start, start + length),
      `${path} ${line} ${column ?? ""}`.trim(),
    ]);
  expect(links('  File "/box/main.py", line 3, in <module>')).toEqual([['File "/box/main.py", line 3', "main.py 3"]]);
  expect(links("In file included from ./lib/util.c:12,")).toEqual([["./lib/util.c:12", "lib/util.c 12"]]);
  expect(links("lib/util.c:3:14: error: x (/box/main.py:7:8)")).toEqual([
    ["lib/util.c:3:14", "lib/util.c 3 14"],
    ["/box/main.py:7:8", "main.py 7 8"],
  ]);
  expect(links("main.py(3,4): error")).toEqual([["main.py(3,4)", "main.py 3 4"]]);
  expect(links("in /box/lib/util.c:line 9")).toEqual([["/box/lib/util.c:line 9", "lib/util.c 9"]]);
  expect(links("\tat app.Tool.say(Tool.java:8)")).toEqual([["Tool.java:8", "app/Tool.java 8"]]);
  expect(links("same.c:1 /etc/main.py:3 none.py:4 https://main.py:80/ x main.py")).toEqual([]);
});
