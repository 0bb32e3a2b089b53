import type { TreeNode } from "@coterie/core";
import { folded } from "@coterie/core/rooms/NodeName.ts";

/** A folder or a file of an archive. Its path has slashes, none at the end. */
export interface Packed {
  readonly path: string;
  readonly node: TreeNode;
}

export interface Renamed {
  readonly from: string;
  readonly to: string;
}

/** Windows keeps these for devices, whatever ending follows. */
const devices = /^(con|prn|aux|nul|com[\d¹²³]|lpt[\d¹²³]|conin\$|conout\$|clock\$)(?= *(\.|$))/i;

/**
 * A name that Windows, macOS and Linux can all keep: what none of them, or a ZIP, takes becomes "_" letter by letter (control characters,
 * `< > : " / \ | ? *`, dots and spaces at the end), and the name of a device gets one behind it: `con.txt` is `con_.txt`.
 */
export function safeName(name: string): string {
  return name
    .replace(/[\p{Cc}<>:"/\\|?*]/gu, "_")
    .replace(/[. ]+$/, (end) => "_".repeat(end.length))
    .replace(devices, "$1_");
}

/**
 * Everything in a folder with the folder itself, or all of a room, folders before what is in them, by paths that can be unpacked
 * anywhere. Two names of one folder that differ by case alone, or by how an accent is written, are kept apart by " (2)"; a name that is
 * safe as it is keeps itself before one that had to be changed.
 */
export function packedOf(
  nodes: readonly TreeNode[],
  root: TreeNode | undefined,
): { packed: Packed[]; renamed: Renamed[] } {
  const children = new Map<string | undefined, TreeNode[]>();
  for (const node of nodes) {
    const siblings = children.get(node.parent);
    if (siblings) siblings.push(node);
    else children.set(node.parent, [node]);
  }
  const packed: Packed[] = [];
  const renamed: Renamed[] = [];
  const walk = (siblings: readonly TreeNode[], above: string) => {
    const names = packedNames(siblings);
    for (const node of siblings) {
      const name = names.get(node.id)!;
      const path = above + name;
      if (name !== node.shownName) renamed.push({ from: node.path, to: path });
      packed.push({ path, node });
      if (node.kind === "folder") walk(children.get(node.id) ?? [], `${path}/`);
    }
  };
  walk(root ? [root] : (children.get(undefined) ?? []), "");
  return { packed, renamed };
}

/** How the nodes of one folder are called in an archive, by their ids. */
export function packedNames(siblings: readonly TreeNode[]): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  const taken = new Set<string>();
  const numbers = new Map<string, number>();
  const wanted = siblings.map((node) => ({ node, name: safeName(node.shownName) }));
  const kept = wanted.filter(({ node, name }) => name === node.shownName);
  const changed = wanted.filter(({ node, name }) => name !== node.shownName);
  for (const { node, name } of [...kept, ...changed]) {
    const key = alike(name);
    let [free, number] = [name, numbers.get(key) ?? 1];
    while (taken.has(alike(free))) free = numbered(name, ++number);
    numbers.set(key, number);
    taken.add(alike(free));
    names.set(node.id, free);
  }
  return names;
}

/** What names have in common that one disk or another takes for the same. */
function alike(name: string): string {
  return folded(name.toUpperCase());
}

function numbered(name: string, number: number): string {
  const dot = name.lastIndexOf(".");
  return dot > 0 ? `${name.slice(0, dot)} (${number})${name.slice(dot)}` : `${name} (${number})`;
}
