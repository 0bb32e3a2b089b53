import type { NodeId } from "../wire/Ids.ts";
import type { Blob, BlobSecret } from "./Blob.ts";
import { isNodeName, UNNAMED } from "./NodeName.ts";
import type { DeletePayload, TreePayload } from "./Payloads/TreePayload.ts";
import type { NamedNode } from "./SnapshotState.ts";
import { givesName, namesBlob, type TreeChange } from "./TreeChange.ts";
import type { TreeState } from "./TreeState.ts";

/**
 * What the nodes of a tree are called, and what opens the content of binary ones: the content beside the shape that TreeState holds. A
 * record void by content changes no name here, while its clear part has already moved the shape (T6–T8): the content that it names cannot
 * be read.
 */
export class NodeNames {
  readonly #names = new Map<NodeId, string>();
  /** Also those with a key of zeros, which is none: what a record said is said again by snapshots as it was. */
  readonly #contents = new Map<NodeId, Blob>();

  /** @param nodes of a snapshot, whose author may have written anything for a name. */
  constructor(nodes: Iterable<NamedNode> = []) {
    for (const { id, name, blob, secret } of nodes) {
      if (isNodeName(name)) this.#names.set(id, name);
      if (blob !== undefined && secret !== undefined) this.#contents.set(id, { id: blob, ...secret });
    }
  }

  get(id: NodeId): string {
    return this.#names.get(id) ?? UNNAMED;
  }

  /** The content of a binary file; undefined where it cannot be read, and of all others. */
  contentOf(id: NodeId): Blob | undefined {
    const content = this.#contents.get(id);
    return content?.key.some((byte) => byte !== 0) ? content : undefined;
  }

  /**
   * Takes the payload of a tree or delete record that counted, undefined where it did not open or parse.
   * @returns whether it applied; false is void by content (J12).
   */
  take(change: TreeChange, payload: TreePayload | DeletePayload | undefined): boolean {
    if (change.blob !== undefined) this.#contents.delete(change.node);
    if (payload === undefined) return false;
    const { name, secret } = { name: "", secret: undefined, ...payload };
    if (namesBlob(change) !== (secret !== undefined)) return false;
    if (givesName(change) && !isNodeName(name)) return false;
    if (givesName(change)) this.#names.set(change.node, name);
    if (change.blob !== undefined && secret !== undefined)
      this.#contents.set(change.node, { id: change.blob, ...(secret as BlobSecret) });
    return true;
  }

  /** The tree's nodes with their names, by creation: what a snapshot holds. */
  of(tree: TreeState): NamedNode[] {
    return [...tree.all()].map((node) => ({
      ...node,
      name: this.get(node.id),
      secret: this.#contents.get(node.id),
    }));
  }
}
