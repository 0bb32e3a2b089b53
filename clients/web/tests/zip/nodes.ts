import type { TreeNode } from "@coterie/core";

/** A tree as a room shows it, with the folders above its files. @param paths of files */
export function nodesOf(paths: readonly string[]): TreeNode[] {
  const all = new Map<string, "folder" | "file">();
  for (const path of paths) {
    for (let slash = path.indexOf("/"); slash >= 0; slash = path.indexOf("/", slash + 1))
      all.set(path.slice(0, slash), "folder");
    all.set(path, "file");
  }
  return [...all].map(([path, kind]) => {
    const slash = path.lastIndexOf("/");
    const name = path.slice(slash + 1);
    return {
      id: path,
      parent: slash < 0 ? undefined : path.slice(0, slash),
      kind,
      path,
      name,
      shownName: name,
    } as TreeNode;
  });
}
