import { globFor } from "./glob.ts";

/** What .editorconfig asks of one file, as far as anything here heeds it. */
export interface Asked {
  readonly indentStyle?: "tab" | "space";
  /** Columns. */
  readonly indentSize?: number;
  /** Columns that a tab is wide. */
  readonly tabWidth?: number;
  readonly endOfLine?: "lf" | "crlf";
  readonly charset?: string;
  readonly trims?: boolean;
  readonly finalNewline?: boolean;
  /** Columns; beyond them a line is too long. */
  readonly maxLineLength?: number;
}

/** One .editorconfig file. */
export interface Config {
  /** The folder it lies in, "" at the top. */
  readonly folder: string;
  /** Whether no file of folders above counts below here. */
  readonly root: boolean;
  readonly sections: readonly Section[];
}

interface Section {
  readonly matches: (path: string) => boolean;
  readonly properties: ReadonlyMap<string, string>;
}

/** Units of a file, and sections in it: beyond is not read. */
const mostLetters = 100_000;
const mostSections = 500;

export function configOf(folder: string, text: string): Config {
  let root = false;
  const sections: (Section & { readonly properties: Map<string, string> })[] = [];
  for (const line of text
    .slice(0, mostLetters)
    .replace(/^\ufeff/, "")
    .split(/\r\n|\n|\r/)) {
    const said = line.trim();
    if (said === "" || said.startsWith("#") || said.startsWith(";")) continue;
    const glob = /^\[(.+)\]$/.exec(said)?.[1];
    if (glob !== undefined) {
      if (sections.length === mostSections) break;
      sections.push({ matches: matcherOf(glob), properties: new Map() });
      continue;
    }
    const [, key, value] = /^([^=:]+?)\s*[=:]\s*(.*)$/.exec(said) ?? [];
    if (key === undefined || value === undefined) continue;
    const name = key.toLowerCase();
    const plain = value
      .replace(/\s[#;].*$/, "")
      .trim()
      .toLowerCase();
    const into = sections.at(-1)?.properties;
    if (into) into.set(name, plain);
    else if (name === "root") root = plain === "true";
  }
  return { folder, root, sections };
}

/** What is asked of a file at a path: the nearest file that says anything about it decides, and in one file the last line. */
export function askedOf(path: string, configs: readonly Config[]): Asked {
  const above = configs
    .filter(({ folder }) => folder === "" || path.startsWith(`${folder}/`))
    .toSorted((one, other) => other.folder.length - one.folder.length); // the nearest first
  const root = above.findIndex((config) => config.root);
  const counting = (root < 0 ? above : above.slice(0, root + 1)).reverse();
  const said = new Map<string, string>();
  for (const { folder, sections } of counting) {
    const within = folder === "" ? path : path.slice(folder.length + 1);
    for (const { matches, properties } of sections)
      if (matches(within)) for (const [name, value] of properties) said.set(name, value);
  }
  return heeded(said);
}

function heeded(said: ReadonlyMap<string, string>): Asked {
  const style = said.get("indent_style");
  const size = said.get("indent_size");
  const width = columns(said.get("tab_width")) ?? columns(size);
  const indent = size === "tab" ? width : (columns(size) ?? (style === "tab" ? width : undefined));
  const end = said.get("end_of_line");
  const charset = said.get("charset");
  const longest = columns(said.get("max_line_length"), 10_000);
  return {
    ...((style === "tab" || style === "space") && { indentStyle: style }),
    ...(indent !== undefined && { indentSize: indent }),
    ...(width !== undefined && { tabWidth: width }),
    ...((end === "lf" || end === "crlf") && { endOfLine: end }),
    ...(charset !== undefined && charset !== "unset" && { charset }),
    ...(said.get("trim_trailing_whitespace") === "true" && { trims: true }),
    ...(said.get("insert_final_newline") === "true" && { finalNewline: true }),
    ...(longest !== undefined && { maxLineLength: longest }),
  };
}

function columns(value: string | undefined, most = 32): number | undefined {
  if (value === undefined || !/^\d{1,5}$/.test(value)) return undefined;
  const number = Number(value);
  return number >= 1 && number <= most ? number : undefined;
}

/** A glob with no "/" in it is one for names, in whatever folder below. */
function matcherOf(glob: string): (path: string) => boolean {
  const anywhere = glob.includes("/") ? glob.replace(/^\//, "") : `{**/,}${glob}`;
  return globFor(anywhere) ?? (() => false);
}
