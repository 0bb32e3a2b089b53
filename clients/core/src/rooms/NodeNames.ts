import type { NodeId } from "../wire/Ids.ts";
import { isNodeName, UNNAMED } from "./NodeName.ts";
import type { DeletePayload, TreePayload } from "./Payloads/TreePayload.ts";
import type { NamedNode } from "./SnapshotState.ts";
import { type TreeChange, TreeKind } from "./TreeChange.ts";
import type { TreeState } from "./TreeState.ts";

/**
 * What the nodes of a tree are called: the content beside the shape that TreeState holds. A record void by content changes no
 * name here, while its clear part has already moved the shape (T6–T8).
 */
export class NodeNames {
  readonly #names = new Map<NodeId, string>();

  /** @param nodes of a snapshot, whose author may have written anything for a name. */
  constructor(nodes: Iterable<NamedNode> = []) {
    for (const { id, name } of nodes) if (isNodeName(name)) this.#names.set(id, name);
  }

  get(id: NodeId): string {
    return this.#names.get(id) ?? UNNAMED;
  }

  /**
   * Takes the payload of a tree or delete record that counted, undefined where it did not open or parse.
   * @returns whether it applied; false is void by content (J12).
   */
  take(change: TreeChange, payload: TreePayload | DeletePayload | undefined): boolean {
    if (payload === undefined) return false;
    const names =
      change.kind === TreeKind.CreateFile || change.kind === TreeKind.CreateFolder || change.kind === TreeKind.Rename;
    const name = "name" in payload ? payload.name : "";
    if (names && !isNodeName(name)) return false;
    if (names) this.#names.set(change.node, name);
    return true;
  }

  /** The tree's nodes with their names, by creation: what a snapshot holds. */
  of(tree: TreeState): NamedNode[] {
    return [...tree.all()].map((node) => ({ ...node, name: this.get(node.id) }));
  }
}
