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

/** The line to stand on once another one is gone: the next that is left, else the one before it. */
export function neighbourOf(gone: string, before: readonly Row[], now: readonly Row[]): string | undefined {
  const left = new Set(now.map(({ node }) => node.id));
  const at = before.findIndex(({ node }) => node.id === gone);
  const near = [...before.slice(at + 1), ...before.slice(0, Math.max(at, 0)).reverse()];
  return near.find(({ node }) => left.has(node.id))?.node.id ?? now[0]?.node.id;
}

/** Whether `inner` is `outer` itself or lies somewhere below it: where `outer` may not be moved. */
export function liesWithin(nodes: readonly TreeNode[], inner: string | undefined, outer: string): boolean {
  const parents = new Map(nodes.map((node) => [node.id, node.parent]));
  for (let at = inner; at !== undefined; at = parents.get(at)) if (at === outer) return true;
  return false;
}
