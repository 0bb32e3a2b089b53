import { legible } from "../../bring/plan.ts";
import type { Renamed } from "../../zip/safeNames.ts";
import type { Language } from "./languages.ts";

const width = 76;

/** README.txt of a package: what to start, what it needs, and that it is trusted with the machine. @param onWindows why it is not started there, if so */
export function readme(
  language: Language,
  entry: string,
  onWindows: readonly string[] | undefined,
  renamed: readonly Renamed[],
  partly: boolean,
): string {
  const { name, packages, elsewhere } = language;
  const needs = [
    elsewhere?.page === undefined ? undefined : `from ${elsewhere.page}`,
    elsewhere?.windows?.install === undefined ? undefined : `on Windows: ${elsewhere.windows.install}`,
    elsewhere?.macos?.install === undefined ? undefined : `on macOS: ${elsewhere.macos.install}`,
    `on Debian and Ubuntu: sudo apt install ${packages.join(" ")}`,
  ].filter((line) => line !== undefined);
  const parts = [
    `A program in ${name}; it begins with code/${legible(entry)}`,
    "BEFORE YOU START IT: it comes from a room of Coterie. Whoever may write in that room chose what is in these files, and how they are called. Started here it runs as you, and can do what you can: read and delete your files, and reach the network. Nothing holds it, unlike on a server that runs programs. Start it only if you trust everyone who wrote in that room, or have read it.",
    "Unpack the whole ZIP first. Then start",
    [
      ...(onWindows?.map((line) => `  ${line}`) ?? ["  on Windows  run.bat      (a double click)"]),
      "  on macOS    run.command  (a double click; where macOS does not want to,",
      "                           in the Terminal: sh run.command)",
      "  on Linux    run.sh       (in a terminal: sh run.sh)",
    ].join("\n"),
    "Words behind that go to the program. What is compiled goes into a temporary folder, and is removed at the end.",
    [`It needs ${name}:`, ...needs.map((line) => `  ${line}`)].join("\n"),
    ...(partly ? ["The room has more files: these are those at its root and in the program's folder."] : []),
    ...(renamed.length === 0
      ? []
      : [
          [
            "So that every system can keep them, these have other names than in the room:",
            ...renamed.map(({ from, to }) => `  ${legible(from)} -> ${legible(to)}`),
          ].join("\n"),
        ]),
  ];
  return `${parts.map(wrapped).join("\n\n").replaceAll("\n", "\r\n")}\r\n`;
}

function wrapped(part: string): string {
  if (part.includes("\n")) return part;
  const lines = [""];
  for (const word of part.split(" ")) {
    const line = lines.at(-1)!;
    if (line.length > 0 && line.length + word.length >= width) lines.push(word);
    else lines[lines.length - 1] = line.length > 0 ? `${line} ${word}` : word;
  }
  return lines.join("\n");
}
