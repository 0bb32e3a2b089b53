import type { TreeNode } from "@coterie/core";

/** One visible line of the tree, with what assistive technology wants to know of it. */
export interface Row {
  readonly node: TreeNode;
  readonly level: number;
  readonly place: number;
  readonly siblings: number;
  readonly expanded: boolean | undefined;
}

/** The lines that show: children of expanded folders only, in the order the tree gives (folders first, by name). */
export function rowsOf(nodes: readonly TreeNode[], expanded: ReadonlySet<string>): Row[] {
  const children = new Map<string | undefined, TreeNode[]>();
  for (const node of nodes) {
    const siblings = children.get(node.parent);
    if (siblings) siblings.push(node);
    else children.set(node.parent, [node]);
  }
  const rows: Row[] = [];
  const walk = (parent: string | undefined, level: number) => {
    const siblings = children.get(parent) ?? [];
    for (const [nth, node] of siblings.entries()) {
      const open = node.kind === "folder" ? expanded.has(node.id) : undefined;
      rows.push({ node, level, place: nth + 1, siblings: siblings.length, expanded: open });
      if (open) walk(node.id, level + 1);
    }
  };
  walk(undefined, 1);
  return rows;
}

/** Whether `inner` is `outer` itself or lies somewhere below it: where `outer` may not be moved. */
export function liesWithin(nodes: readonly TreeNode[], inner: string | undefined, outer: string): boolean {
  const parents = new Map(nodes.map((node) => [node.id, node.parent]));
  for (let at = inner; at !== undefined; at = parents.get(at)) if (at === outer) return true;
  return false;
}
