import type { Language } from "./languages.ts";

/** A part of a word: text as it is, or the path of a folder that is only known where it runs. */
export type Piece = string | Place;
/** made: a fresh folder for what is built; code: that of the files. */
export type Place = { readonly place: "made" | "code" };
export type Word = readonly Piece[];

/** A program's commands. Words behind `run` are the person's, where `takesArguments`. */
export interface Commands {
  readonly compile: readonly Word[] | undefined;
  readonly run: readonly Word[];
  readonly takesArguments: boolean;
  /** What is called by its name, and has to be there. */
  readonly programs: readonly string[];
  /** Files that Debian's packages of the language have beside them. */
  readonly parts: readonly string[];
  readonly environment: readonly (readonly [string, string])[];
}

export interface CodeFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

const headBytes = 1 << 16; // a package is declared before them
const holes = /\{(entry|folder|stem|class|root)\}|\/tmp(?=\/|$)|\/box(?=\/|$)/g;
/** What keeps a JVM small and quick to start in the sandbox, and would only be in the way elsewhere. */
const tight = /^(-J)?-X(mx|X:|share:)/;

/**
 * A language's commands for these files, as the server makes them (Language.cs), but that they hold on any machine: the sandbox's /tmp and /box become
 * places, and what is there because a sandbox is small or has no home is left out.
 * @param given arguments for the program
 * @throws Error for a person, where the file cannot begin such a program
 */
export function commandsOf(
  language: Language,
  files: readonly CodeFile[],
  entry: CodeFile,
  given: readonly string[],
): Commands {
  const { compile, run, needs, environment = {} } = language;
  const stem = stemOf(language, entry.path);
  if (language.entry && !new RegExp(`^(?:${language.entry.pattern})$`, "u").test(stem))
    throw new Error(`“${entry.path}” cannot begin a ${language.name} program. ${language.entry.rule}`);
  const folder = entry.path.includes("/") ? plain(entry.path.slice(0, entry.path.lastIndexOf("/"))) : ".";
  const inPackage = packageOf(entry);
  const filling = {
    entry: plain(entry.path),
    folder,
    stem,
    class: inPackage === undefined ? stem : `${inPackage}.${stem}`,
    root: rootOf(folder, inPackage),
  };
  const filled = (words: readonly string[]) =>
    words
      .filter((word) => !tight.test(word))
      .flatMap((word): Word[] => {
        if (word === "{sources}") return sourcesOf(language, files, entry, true).map((path) => [path]);
        if (word === "{siblings}") return sourcesOf(language, files, entry, false).map((path) => [path]);
        if (word === "{arguments}") return given.map((argument) => [argument]);
        return [piecesOf(word, filling)];
      });
  const called = [compile?.[0], run[0]].filter((name) => name !== undefined && !name.includes("/")) as string[];
  return {
    compile: compile && filled(compile),
    run: filled(run),
    takesArguments: run.includes("{arguments}"),
    programs: [...new Set([...needs.filter((need) => !need.includes("/")), ...called])],
    parts: needs.filter((need) => need.includes("/")),
    environment: Object.entries(environment).flatMap(([name, value]) => {
      const kept = value.split(" ").filter((word) => !tight.test(word));
      return value.includes("/tmp") || kept.length === 0 ? [] : [[name, kept.join(" ")] as const];
    }),
  };
}

/** Whether it needs a place for what is built. */
export function makes({ compile, run }: Commands): boolean {
  return [...(compile ?? []), ...run].some((word) =>
    word.some((piece) => typeof piece !== "string" && piece.place === "made"),
  );
}

function piecesOf(word: string, filling: { readonly [name: string]: string }): Word {
  const pieces: Piece[] = [];
  let at = 0;
  for (const { 0: hole, 1: name, index } of word.matchAll(holes)) {
    if (index > at) pieces.push(word.slice(at, index));
    pieces.push(name === undefined ? { place: hole === "/tmp" ? "made" : "code" } : filling[name]!);
    at = index + hole.length;
  }
  if (at < word.length) pieces.push(word.slice(at));
  return pieces;
}

function sourcesOf(language: Language, files: readonly CodeFile[], entry: CodeFile, below: boolean): string[] {
  const folder = entry.path.slice(0, entry.path.lastIndexOf("/") + 1);
  const main = language.main === undefined ? undefined : new RegExp(language.main, "mu");
  const isProgram = ({ bytes }: CodeFile) => main?.test(new TextDecoder().decode(bytes)) === true;
  const others = files.flatMap((file) => {
    const { path } = file;
    const owns = language.extensions.some((extension) => path.toLowerCase().endsWith(extension));
    const near = path.startsWith(folder) && (below || !path.includes("/", folder.length));
    return owns && near && path !== entry.path && !isProgram(file) ? [path] : [];
  });
  return [...others.sort((one, other) => (one < other ? -1 : 1)), entry.path].map(plain);
}

/** A path that no program takes for an option, or for a list of options. */
function plain(path: string): string {
  return /^[-@+=]/.test(path) ? `./${path}` : path;
}

function stemOf({ extensions }: Language, path: string): string {
  const name = path.slice(path.lastIndexOf("/") + 1);
  const own = extensions.filter((one) => name.toLowerCase().endsWith(one)).sort((a, b) => b.length - a.length)[0];
  const dot = name.lastIndexOf(".");
  if (own !== undefined) return name.slice(0, -own.length);
  return dot < 0 ? name : name.slice(0, dot);
}

/** Where the entry's package is a folder; the entry's own folder where it lies elsewhere. */
function rootOf(folder: string, inPackage: string | undefined): string {
  const path = inPackage?.replaceAll(".", "/");
  if (folder === path) return ".";
  return path !== undefined && folder.endsWith(`/${path}`) ? folder.slice(0, -path.length - 1) : folder;
}

function packageOf({ bytes }: CodeFile): string | undefined {
  const head = new TextDecoder().decode(bytes.subarray(0, headBytes));
  return /^[ \t]*package[ \t]+([\p{L}\p{M}\p{N}\p{Pc}.]+)/mu.exec(head)?.[1];
}
