// Runs what a sample begins with in /box, as a sandbox would, and writes what the tool says to its end: node record.mjs gcc.txt …
// A sample is "=== name" before each file of a program, "=== $ command", and under it what that said.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

for (const sample of process.argv.slice(2)) {
  const parts = readFileSync(sample, "utf8").split(/^=== /m).slice(1);
  const files = parts.filter((part) => !part.startsWith("$ "));
  const command = /^\$ (.*)/m.exec(parts.at(-1))[1];
  mkdirSync("/box");
  try {
    for (const file of files) {
      const path = `/box/${file.slice(0, file.indexOf("\n"))}`;
      execFileSync("mkdir", ["-p", dirname(path)]);
      writeFileSync(path, file.slice(file.indexOf("\n") + 1));
    }
    const { stdout } = spawnSync("sh", ["-c", `exec 2>&1\n${command}`], { cwd: "/box", encoding: "utf8" });
    writeFileSync(sample, `${files.map((file) => `=== ${file}`).join("")}=== $ ${command}\n${stdout}`);
  } finally {
    rmSync("/box", { recursive: true });
  }
}
