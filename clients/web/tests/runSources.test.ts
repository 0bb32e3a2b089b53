import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { commandsOf } from "../src/room/runs/package/commands.ts";
import { languages } from "../src/room/runs/package/languages.ts";

/** Which files are compiled with an entry: by the cases that the server is held to as well. */

interface Case {
  readonly name: string;
  readonly language: string;
  readonly entry: string;
  readonly files: Readonly<Record<string, string>>;
  /** The compiler's last words. */
  readonly ends: readonly string[];
}

const cases: readonly Case[] = JSON.parse(
  readFileSync(new URL("../../../tests/vectors/runs/sources.json", import.meta.url), "utf8"),
);

test.each(cases)("$name", ({ language, entry, files, ends }) => {
  const code = Object.entries(files).map(([path, text]) => ({ path, bytes: new TextEncoder().encode(text) }));
  const main = code.find(({ path }) => path === entry)!;
  const { compile } = commandsOf(languages.find(({ id }) => id === language)!, code, main, []);
  const words = compile!.map((word) => word.map((piece) => (typeof piece === "string" ? piece : "/tmp")).join(""));
  expect(words.slice(-ends.length)).toEqual(ends);
});
