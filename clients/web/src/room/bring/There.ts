import type { TreeNode } from "@coterie/core";
import { packedNames } from "../zip/safeNames.ts";
import { nameOf } from "./gather.ts";

/**
 * What a room has already of the files and folders of one lot. A name means what its folder shows by it; else what came by that very name and is
 * shown by another, or is called so in an archive of the room, unless the lot itself holds something by the shown one. So a project whose names
 * differ by capitals alone finds its own files when it comes again, and so does an archive in which `con.txt` is `con_.txt`.
 */
export class There {
  readonly #parent: string | undefined;
  /** All paths of the lot: two of them never mean the same. */
  readonly #lot = new Set<string>();
  /** By where they are and how they are shown, and what is shown otherwise than it was named, or is packed, by how it was or is. */
  readonly #shown = new Map<string, TreeNode>();
  readonly #named = new Map<string, TreeNode[]>();
  readonly #folders = new Map<string, TreeNode | undefined>();

  /** @param parent where the lot goes: a folder's id, or undefined for the top */
  constructor(nodes: readonly TreeNode[], parent: string | undefined, paths: Iterable<string>) {
    this.#parent = parent;
    for (const path of paths) for (let at = path; at !== "" && !this.#lot.has(at); at = folderOf(at)) this.#lot.add(at);
    const folders = new Map<string | undefined, TreeNode[]>();
    for (const node of nodes) {
      this.#shown.set(place(node.parent, node.shownName), node);
      const siblings = folders.get(node.parent);
      if (siblings) siblings.push(node);
      else folders.set(node.parent, [node]);
    }
    for (const siblings of folders.values()) {
      const packed = packedNames(siblings);
      for (const node of siblings)
        for (const name of new Set([node.name, packed.get(node.id)!])) this.#call(node, name);
    }
  }

  #call(node: TreeNode, name: string): void {
    if (name === node.shownName) return;
    const at = place(node.parent, name);
    this.#named.set(at, [...(this.#named.get(at) ?? []), node]);
  }

  file(path: string): TreeNode | undefined {
    return this.#find(path, ({ kind }) => kind !== "folder");
  }

  folder(path: string): TreeNode | undefined {
    if (!this.#folders.has(path))
      this.#folders.set(
        path,
        this.#find(path, ({ kind }) => kind === "folder"),
      );
    return this.#folders.get(path);
  }

  #find(path: string, fits: (node: TreeNode) => boolean): TreeNode | undefined {
    const above = folderOf(path);
    const folder = above === "" ? this.#parent : this.folder(above)?.id;
    if (above !== "" && folder === undefined) return undefined;
    const at = place(folder, nameOf(path));
    const shown = this.#shown.get(at);
    if (shown !== undefined && fits(shown)) return shown;
    const isFree = ({ shownName }: TreeNode) => !this.#lot.has(above === "" ? shownName : `${above}/${shownName}`);
    return this.#named.get(at)?.find((node) => fits(node) && isFree(node));
  }
}

export function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}

function place(parent: string | undefined, name: string): string {
  return `${parent ?? ""}/${name}`;
}
