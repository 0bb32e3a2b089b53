import { type SpawnSyncReturns, spawn, spawnSync } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { TreeNode } from "@coterie/core";
import { afterEach, describe, expect, test } from "vitest";
import { languages } from "../src/room/runs/package/languages.ts";
import { runPackage } from "../src/room/runs/package/runPackage.ts";
import { packer } from "../src/room/zip/packer.ts";
import { nodesOf } from "./zip/nodes.ts";

/** Run packages, unpacked by another tool and really started, as they are on Linux and macOS; what Windows starts is in runPackageWindows.test.ts. */

const left: string[] = [];
afterEach(() => {
  for (const folder of left.splice(0)) rmSync(folder, { recursive: true });
});

/** A fresh folder, by a name that no script may trip over. */
function folder(): string {
  const own = mkdtempSync(join(tmpdir(), "coterie-package "));
  left.push(own);
  const odd = join(own, "it's $(touch hurt) `touch hurt` “here” %PATH% & ü");
  mkdirSync(odd);
  return odd;
}

/** A program as a person gets it. @param texts the files of the room @returns the folder with the scripts */
function unpacked(id: string, texts: Readonly<Record<string, string>>, entry: string, given: string[] = []): string {
  const nodes = nodesOf(Object.keys(texts));
  const files = Object.entries(texts).map(([path, text]) => ({ path, bytes: new TextEncoder().encode(text) }));
  const language = languages.find((one) => one.id === id)!;
  const node = nodes.find(({ path }) => path === entry) as TreeNode;
  const { name, parts } = runPackage(language, nodes, node, { files, partly: false }, given);
  const pack = packer(new Date());
  const into = folder();
  writeFileSync(
    join(into, "it.zip"),
    [...parts, {}]
      .flatMap((part) => pack(part))
      .map((chunk) => Buffer.from(chunk))
      .reduce((all, one) => Buffer.concat([all, one])),
  );
  const { status, stderr } = spawnSync("unzip", ["-q", "it.zip"], {
    cwd: into,
    encoding: "utf8",
    env: { ...process.env, LC_ALL: "C.UTF-8" },
  });
  if (status !== 0) throw new Error(`unzip: ${status} ${stderr}`);
  return join(into, name);
}

interface How {
  readonly words?: readonly string[];
  readonly input?: string;
  readonly env?: Record<string, string>;
  readonly script?: "run.sh" | "run.command";
}

/** Starts it by its name from another folder. */
function started(
  at: string,
  { words = [], input = "", env = {}, script = "run.sh" }: How = {},
): SpawnSyncReturns<string> {
  const made = spawnSync(join(at, script), words, {
    cwd: "/",
    input,
    encoding: "utf8",
    timeout: 60_000,
    env: { ...process.env, LC_ALL: "C.UTF-8", ...env },
  });
  if (made.error) throw made.error;
  return made;
}

function paths(at: string): string[] {
  return readdirSync(at, { recursive: true, encoding: "utf8" }).sort();
}

/** For each language: a program that says its arguments, reads a line, and ends with 7. Two files, where the language knows more than one. */
const programs: {
  readonly id: string;
  readonly needs: string;
  readonly texts: Record<string, string>;
  readonly entry: string;
}[] = [
  {
    id: "python",
    needs: "python3",
    entry: "src/it's %PATH% & $(touch hurt) ñ.py",
    texts: {
      "src/it's %PATH% & $(touch hurt) ñ.py":
        "import sys\nfrom beside import end\nprint('|'.join(sys.argv[1:]), input())\nend()\n",
      "src/beside.py": "import sys\ndef end(): sys.exit(7)\n",
    },
  },
  {
    id: "javascript",
    needs: "node",
    entry: "-e `touch hurt`; #.mjs",
    texts: {
      "-e `touch hurt`; #.mjs":
        "import { readFileSync } from 'node:fs';\nimport { end } from './sub/end.mjs';\nconsole.log(process.argv.slice(2).join('|'), readFileSync(0, 'utf8').trim());\nend();\n",
      "sub/end.mjs": "export const end = () => process.exit(7);\n",
    },
  },
  {
    id: "c",
    needs: "gcc",
    entry: "a b'c.c",
    texts: {
      "a b'c.c":
        '#include <stdio.h>\n#include "h/end.h"\nint main(int n, char **v) {\n  char line[50];\n  for (int i = 1; i < n; i++) printf("%s%s", i > 1 ? "|" : "", v[i]);\n  scanf("%49[^\\n]", line);\n  printf(" %s\\n", line);\n  return end();\n}\n',
      "@&calc.c": '#include "h/end.h"\nint end(void) { return 7; }\n',
      "h/end.h": "int end(void);\n",
    },
  },
  {
    id: "cpp",
    needs: "g++",
    entry: "$(touch hurt).cpp",
    texts: {
      "$(touch hurt).cpp":
        '#include <iostream>\n#include <string>\nint main(int n, char **v) {\n  std::string line;\n  for (int i = 1; i < n; i++) std::cout << (i > 1 ? "|" : "") << v[i];\n  std::getline(std::cin, line);\n  std::cout << " " << line << std::endl;\n  return 7;\n}\n',
    },
  },
  {
    id: "java",
    needs: "javac",
    entry: "it's/Größe.java",
    texts: {
      "it's/Größe.java":
        'package it;\nimport java.util.*;\nclass Größe {\n  public static void main(String[] all) {\n    System.out.println(String.join("|", all) + " " + new Scanner(System.in).nextLine());\n    End.end();\n  }\n}\n',
      "it's/$(touch hurt).java": "package it;\nclass End { static void end() { System.exit(7); } }\n",
    },
  },
  {
    id: "bash",
    needs: "bash",
    entry: "a;touch hurt;.sh",
    texts: { "a;touch hurt;.sh": 'read -r line\nIFS="|"\nprintf "%s %s\\n" "$*" "$line"\nexit 7\n' },
  },
];

describe.each(programs)("$id", ({ id, needs, texts, entry }) => {
  test(`is found, gets its words and its input, says how it ended, and leaves nothing (${needs} has to be there)`, () => {
    const at = unpacked(id, texts, entry, ["it's", "$(touch hurt)"]);
    const before = paths(dirname(at));
    for (const script of ["run.sh", "run.command"] as const) {
      const temporary = mkdtempSync(join(tmpdir(), "coterie made "));
      left.push(temporary);
      const words = ["two words", "*", '"', "%PATH%", "", "ü"];
      const { status, stdout, stderr } = started(at, { words, input: "Ada\n", env: { TMPDIR: temporary }, script });
      expect(stderr).toBe("");
      expect(stdout).toBe("it's|$(touch hurt)|two words|*|\"|%PATH%||ü Ada\n");
      expect(status).toBe(7);
      expect(readdirSync(temporary)).toEqual([]);
    }
    expect(paths(dirname(at))).toEqual(before);
  });

  test.each(["run.sh", "run.command"] as const)(
    "%s says what is missing where nothing is found, and how to get it",
    (script) => {
      const { status, stdout, stderr } = started(unpacked(id, texts, entry), { env: { PATH: "/nowhere" }, script });
      expect({ status, stdout }).toEqual({ status: 127, stdout: "" });
      const { name, packages } = languages.find((one) => one.id === id)!;
      expect(stderr).toContain(`${name} is needed`);
      expect(stderr).toContain(`no program “${id === "java" ? "java" : needs}”`);
      expect(stderr).toContain(packages.join(" "));
    },
  );
});

test("what does not compile is not run, and the compiler's words and exit code are told", () => {
  const at = unpacked("c", { "main.c": "int main(void) { return wrong; }\n" }, "main.c");
  const temporary = mkdtempSync(join(tmpdir(), "coterie made "));
  left.push(temporary);
  const { status, stdout, stderr } = started(at, { env: { TMPDIR: temporary } });
  expect(status).toBe(1);
  expect(stdout).toBe("");
  expect(stderr).toContain("main.c:1:25: error:");
  expect(readdirSync(temporary)).toEqual([]);
});

test("another compiler does as well where the language knows one, and what it says is not the program's", () => {
  const own = folder();
  for (const name of ["mktemp", "rm"])
    symlinkSync(spawnSync("which", [name], { encoding: "utf8" }).stdout.trim(), join(own, name));
  writeFileSync(join(own, "cc"), '#!/bin/sh\necho chatter\nPATH=/usr/bin:/bin exec gcc "$@"\n', { mode: 0o755 });
  const { status, stdout, stderr } = started(
    unpacked("c", { "main.c": '#include <stdio.h>\nint main(void) { puts("so"); }\n' }, "main.c"),
    { env: { PATH: own } },
  );
  expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: "so\n", stderr: "chatter\n" });
});

/** Starts it in a terminal of its own, and types what is said behind each of these words. */
async function inTerminal(script: string, temporary: string, keys: readonly (readonly [word: string, key: string])[]) {
  const made = spawn("script", ["-qefc", `exec '${script.replaceAll("'", "'\\''")}'`, "/dev/null"], {
    env: { ...process.env, TMPDIR: temporary },
  });
  let [said, at] = ["", 0];
  made.stdout.on("data", (bytes) => {
    said += bytes;
    const next = keys[at];
    if (next === undefined || !said.includes(next[0])) return;
    at += 1;
    made.stdin.write(next[1]);
  });
  const status = await new Promise<number | null>((resolve) => made.on("close", resolve));
  return { status, said };
}

test("Ctrl+C is the program's to obey: it ends, or does not, what was built goes all the same, and a window stays until it was read", async () => {
  const c = unpacked(
    "c",
    { "main.c": '#include <stdio.h>\n#include <unistd.h>\nint main(void) { puts("ready"); sleep(50); }\n' },
    "main.c",
  );
  const node = "process.on('SIGINT', () => process.exit(5)); console.log('ready'); setTimeout(() => {}, 50_000);\n";
  const temporary = mkdtempSync(join(tmpdir(), "coterie made "));
  left.push(temporary);
  for (const [at, code] of [
    [c, 130],
    [unpacked("javascript", { "main.js": node }, "main.js"), 5],
  ] as const) {
    expect((await inTerminal(join(at, "run.sh"), temporary, [["ready", "\x03"]])).status).toBe(code);
    const { status, said } = await inTerminal(join(at, "run.command"), temporary, [
      ["ready", "\x03"],
      ["Press Enter", "\r"],
    ]);
    expect(status).toBe(code);
    expect(said).toContain(`It ended with exit code ${code}. Press Enter to close this window.`);
  }
  expect(readdirSync(temporary)).toEqual([]);
});

test("a program that is ended by a signal is told as shells do", () => {
  const at = unpacked("c", { "main.c": "#include <stdlib.h>\nint main(void) { abort(); }\n" }, "main.c");
  expect(started(at).status).toBe(134);
});

test("words for a language whose programs take none are refused", () => {
  const at = unpacked("sed", { "main.sed": "s/a/b/\n" }, "main.sed");
  expect(started(at, { input: "Ada\n" }).stdout).toBe("Adb\n");
  const { status, stderr } = started(at, { words: ["x"] });
  expect({ status, stderr }).toEqual({ status: 2, stderr: "Programs in sed take no arguments.\n" });
});

test("it is started from where it lies, also by sh and by a name alone, and says so where it was not unpacked whole", () => {
  const at = unpacked("bash", { "main.sh": "pwd\n" }, "main.sh");
  const code = `${at}/code\n`;
  for (const [command, words, cwd] of [
    ["sh", ["run.sh"], at],
    ["sh", ["./run.command"], at],
    ["bash", ["../run.sh"], join(at, "code")],
    ["dash", [join(at, "run.command")], "/"],
  ] as const)
    expect(spawnSync(command, words, { cwd, encoding: "utf8", env: { ...process.env, CDPATH: "/" } }).stdout).toBe(
      code,
    );
  rmSync(join(at, "code"), { recursive: true });
  expect(started(at)).toMatchObject({ status: 1, stderr: expect.stringContaining("Unpack the whole ZIP") });
});

test("the files are those of the run byte for byte, scripts may be started by their name, and nothing of the room is taken for one", () => {
  const odd = "\ufeffone\r\ntwo\rthree\0\n";
  const texts = { "run.sh": "#!/bin/bash\necho own\n", "README.txt": odd, "deep/er/x.txt": odd };
  const at = unpacked("bash", texts, "run.sh");
  expect(paths(at).filter((path) => statSync(join(at, path)).isFile())).toEqual([
    "README.txt",
    "code/README.txt",
    "code/deep/er/x.txt",
    "code/run.sh",
    "run.bat",
    "run.command",
    "run.sh",
  ]);
  for (const [path, text] of Object.entries(texts)) expect(readFileSync(join(at, "code", path), "utf8")).toBe(text);
  for (const path of ["run.sh", "run.command", "code/run.sh"])
    expect(statSync(join(at, path)).mode & 0o777).toBe(0o755);
  for (const path of ["run.bat", "README.txt", "code/README.txt"])
    expect(statSync(join(at, path)).mode & 0o777).toBe(0o644);
  expect(started(at).stdout).toBe("own\n");
});

test("names that not every system keeps are others in the package, and its readme says which and whom one trusts", () => {
  const at = unpacked("python", { 'a"?.py': "print(7)\n", "con.txt": "" }, 'a"?.py');
  expect(readdirSync(join(at, "code")).sort()).toEqual(["a__.py", "con_.txt"]);
  expect(started(at).stdout).toBe("7\n");
  const words = readFileSync(join(at, "README.txt"), "utf8");
  expect(words).toContain('a"?.py -> a__.py\r\n');
  expect(words).toContain("con.txt -> con_.txt\r\n");
  expect(words.replaceAll("\r\n", " ")).toContain(
    "Whoever may write in that room chose what is in these files, and how they are called.",
  );
  expect(words.replaceAll("\r\n", "")).not.toMatch(/[\r\n]/);
});

test("a file that cannot begin a program of its language is refused as by the server", () => {
  expect(() => unpacked("java", { "1a.java": "" }, "1a.java")).toThrow(
    "“1a.java” cannot begin a Java program. Its file has the name of its class: letters, digits and _, such as Main.java.",
  );
});

test("every language has scripts that sh takes, without a folder of the sandbox in them", () => {
  for (const language of languages) {
    const at = unpacked(language.id, { [`it's/${language.file}`]: "" }, `it's/${language.file}`);
    const { status, stderr } = spawnSync("sh", ["-n", join(at, "run.sh")], { encoding: "utf8" });
    expect({ id: language.id, status, stderr }).toEqual({ id: language.id, status: 0, stderr: "" });
    const script = readFileSync(join(at, "run.sh"), "utf8").replace("TMPDIR:-/tmp", "");
    expect(script, language.id).not.toMatch(/\/tmp|\/box|\{\w+\}/);
    expect(readFileSync(join(at, "run.bat"), "utf8"), language.id).not.toMatch(/\/tmp|\/box|\{\w+\}/);
  }
});
