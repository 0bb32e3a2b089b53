import type { TreeNode } from "@coterie/core";
import type { Part } from "../../zip/packer.ts";
import { packedOf, type Renamed, safeName } from "../../zip/safeNames.ts";
import type { Gathered } from "../gather.ts";
import { batScript, windowsProblem } from "./batScript.ts";
import { commandsOf } from "./commands.ts";
import type { Language } from "./languages.ts";
import { readme } from "./readme.ts";
import { commandScript, shScript } from "./shScript.ts";

export interface RunPackage {
  /** Of its only folder, and with .zip of the archive. */
  readonly name: string;
  /** In the order of the archive, without its end. */
  readonly parts: readonly Part[];
  /** What is called otherwise than in the room. */
  readonly renamed: readonly Renamed[];
}

/**
 * A program with what starts it: a folder with the scripts, and below it `code` with the files of a run, byte for byte and by names that every
 * system can keep. @param nodes of the room @param given arguments that the program gets before others
 * @throws Error for a person, where the file cannot begin such a program
 */
export function runPackage(
  language: Language,
  nodes: readonly TreeNode[],
  entry: TreeNode,
  { files, partly }: Pick<Gathered, "files" | "partly">,
  given: readonly string[],
): RunPackage {
  const all = packedOf(nodes, undefined);
  const paths = new Map(all.packed.map(({ path, node }) => [node.path, path]));
  const code = files.flatMap(({ path, bytes }) => {
    const packed = paths.get(path);
    return packed === undefined ? [] : [{ path: packed, bytes: bytes as Uint8Array<ArrayBuffer> }]; // deleted meanwhile
  });
  const main = code.find(({ path }) => path === paths.get(entry.path));
  if (main === undefined) throw new Error(`${entry.shownName} was deleted meanwhile.`);
  const commands = commandsOf(language, code, main, given);
  const packed = new Set(code.map(({ path }) => path));
  const renamed = all.renamed.filter(({ to }) => packed.has(to));
  const name = nameOf(entry);
  const script = (path: string, content: string) => ({ path: `${name}/${path}`, content, executable: true });
  return {
    name,
    renamed,
    parts: [
      {
        path: `${name}/README.txt`,
        content: readme(language, main.path, windowsProblem(language, commands), renamed, partly),
      },
      { path: `${name}/run.bat`, content: batScript(language, commands) },
      script("run.command", commandScript()),
      script("run.sh", shScript(language, commands)),
      ...code.map(({ path, bytes }) => ({
        path: `${name}/code/${path}`,
        content: bytes,
        executable: bytes[0] === 0x23 && bytes[1] === 0x21, // #!
      })),
    ],
  };
}

/** Letters that no shell takes for anything else: people type the folder's name, and scripts that are not ours are given it. */
function nameOf({ shownName }: TreeNode): string {
  const dot = shownName.lastIndexOf(".");
  const plain = shownName.slice(0, dot > 0 ? dot : undefined).replace(/[^\p{L}\p{M}\p{N}_]+/gu, "-");
  return `${safeName(plain.replace(/^-+|-+$/g, "").slice(0, 60)) || "program"}-run`;
}
