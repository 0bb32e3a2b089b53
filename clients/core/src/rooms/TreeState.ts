import { Limits } from "../limits.ts";
import { type BlobId, type MemberId, type NodeId, ROOT } from "../wire/Ids.ts";
import { type TreeChange, TreeKind } from "./TreeChange.ts";

/** What a node is, as a snapshot writes it: a text with a stream of its own, a folder, a file whose content is a blob. */
export const NodeKind = { File: 1, Folder: 2, Binary: 3 } as const;
export type NodeKind = (typeof NodeKind)[keyof typeof NodeKind];

export interface TreeNodeState {
  readonly id: NodeId;
  readonly kind: NodeKind;
  readonly creator: MemberId;
  readonly parent: NodeId;
  /** The deleted node that took it along, itself where it was the one deleted; undefined while it lives. */
  readonly diedWith: NodeId | undefined;
  /** The content of a binary file; undefined of all others. */
  readonly blob?: BlobId | undefined;
}

/** A rule that a step breaks, with words for its author. */
export interface BrokenTreeRule {
  readonly rule: "T1" | "T2" | "T3" | "T4" | "T5" | "T11";
  readonly text: string;
}

/**
 * The shape of a room's tree: which node lives where (section 7). It follows the clear parts of the tree stream alone, in log
 * order, so that the hub, which reads no names, and every client hold the same (T8). The parent of a living node is the root
 * or a living folder; nodes are never forgotten.
 */
export class TreeState {
  readonly #nodes = new Map<NodeId, { -readonly [Key in keyof TreeNodeState]: TreeNodeState[Key] }>();
  readonly #children = new Map<NodeId, Set<NodeId>>();
  readonly #fixed: ReadonlySet<string>;

  /** @param fixed the fixed stream ids, which no node may bear. */
  constructor(fixed: Iterable<string>) {
    this.#fixed = new Set(fixed);
  }

  /** The tree of a snapshot, or undefined where its nodes make none: its author may have written anything. @param nodes by creation. */
  static load(fixed: Iterable<string>, nodes: readonly TreeNodeState[]): TreeState | undefined {
    const tree = new TreeState(fixed);
    if (nodes.length > Limits.MaxNodes) return undefined;
    for (const node of nodes) {
      if (!tree.#mayBeNew(node.id)) return undefined;
      tree.#put({ ...node });
    }
    return tree.#hangsTogether() ? tree : undefined;
  }

  /** Another tree of the same shape, to try steps on. */
  copy(): TreeState {
    const tree = new TreeState(this.#fixed);
    for (const node of this.#nodes.values()) tree.#put({ ...node });
    return tree;
  }

  get(id: NodeId): TreeNodeState | undefined {
    return this.#nodes.get(id);
  }

  /** All nodes that ever were, by creation. */
  all(): Iterable<TreeNodeState> {
    return this.#nodes.values();
  }

  lives(id: NodeId): boolean {
    const node = this.#nodes.get(id);
    return node !== undefined && node.diedWith === undefined;
  }

  /** Whether a file lives that has a stream (J8). */
  livingFile(id: NodeId): boolean {
    return this.lives(id) && this.#nodes.get(id)?.kind === NodeKind.File;
  }

  livingFolder(id: NodeId): boolean {
    return this.lives(id) && this.#nodes.get(id)?.kind === NodeKind.Folder;
  }

  livingChildren(id: NodeId): NodeId[] {
    return [...(this.#children.get(id) ?? [])].filter((child) => this.lives(child));
  }

  /** T1–T5 and T11 in force now, or undefined where the step may be taken. Changes nothing. */
  judge(change: TreeChange, member: MemberId, isOwner: boolean): BrokenTreeRule | undefined {
    switch (change.kind) {
      case TreeKind.CreateFile:
      case TreeKind.CreateFolder:
      case TreeKind.CreateBinary:
        return this.#judgeCreate(change);
      case TreeKind.Content:
        return this.lives(change.node) && this.#nodes.get(change.node)?.kind === NodeKind.Binary
          ? undefined
          : { rule: "T11", text: "this is no file of that sort, or is deleted: restore it first" };
      case TreeKind.Rename:
        return this.lives(change.node)
          ? undefined
          : { rule: "T2", text: "the node is deleted or never was: restore it first" };
      case TreeKind.Move:
        return this.#judgeMove(change);
      case TreeKind.Delete:
        return this.#judgeDelete(change.node, member, isOwner);
      case TreeKind.Restore:
        return this.#judgeRestore(change);
    }
  }

  /** Takes a step that judge allowed. */
  take(change: TreeChange, member: MemberId): void {
    const node = this.#nodes.get(change.node);
    switch (change.kind) {
      case TreeKind.CreateFile:
      case TreeKind.CreateFolder:
      case TreeKind.CreateBinary:
        this.#put({
          id: change.node,
          kind: change.kind === TreeKind.CreateBinary ? NodeKind.Binary : change.kind,
          creator: member,
          parent: change.parent,
          diedWith: undefined,
          blob: change.blob,
        });
        break;
      case TreeKind.Content:
        if (node) node.blob = change.blob;
        break;
      case TreeKind.Rename:
        break;
      case TreeKind.Move:
        if (node) this.#move(node, change.parent);
        break;
      case TreeKind.Delete:
        for (const id of this.#livingBelow(change.node)) this.#nodes.get(id)!.diedWith = change.node;
        break;
      case TreeKind.Restore:
        for (const each of this.#diedWith(change.node)) each.diedWith = undefined;
        if (node) this.#move(node, change.parent);
        break;
    }
  }

  #put(node: TreeNodeState): void {
    this.#nodes.set(node.id, node);
    this.#childrenOf(node.parent).add(node.id);
  }

  #mayBeNew(id: NodeId): boolean {
    return id !== ROOT && !this.#fixed.has(id) && !this.#nodes.has(id);
  }

  /** Every node stands below the root through folders, the living through living ones and no deeper than they may, the dead with what took them along. */
  #hangsTogether(): boolean {
    const reached = this.#below(ROOT, () => true).length - 1;
    return reached === this.#nodes.size && [...this.#nodes.values()].every((node) => this.#fits(node));
  }

  #fits({ id, parent, diedWith }: TreeNodeState): boolean {
    const above = this.#nodes.get(parent);
    if (above !== undefined && above.kind !== NodeKind.Folder) return false;
    if (diedWith === undefined) return this.#holds(parent) && this.#depthUnder(parent) <= Limits.MaxDepth;
    return diedWith === id || above?.diedWith === diedWith;
  }

  #childrenOf(id: NodeId): Set<NodeId> {
    let children = this.#children.get(id);
    if (children === undefined) {
      children = new Set();
      this.#children.set(id, children);
    }
    return children;
  }

  #move(node: { readonly id: NodeId; parent: NodeId }, parent: NodeId): void {
    this.#childrenOf(node.parent).delete(node.id);
    node.parent = parent;
    this.#childrenOf(parent).add(node.id);
  }

  #holds(parent: NodeId): boolean {
    return parent === ROOT || this.livingFolder(parent);
  }

  /** Folders above a child of this parent. */
  #depthUnder(parent: NodeId): number {
    let depth = 0;
    for (let at = parent; at !== ROOT; at = this.#nodes.get(at)!.parent) depth += 1;
    return depth;
  }

  /** The node and all living ones under it. */
  #livingBelow(id: NodeId): NodeId[] {
    return this.#below(id, (child) => this.lives(child));
  }

  #below(id: NodeId, counts: (child: NodeId) => boolean): NodeId[] {
    const found = [id];
    for (let i = 0; i < found.length; i++)
      for (const child of this.#children.get(found[i]!) ?? []) if (counts(child)) found.push(child);
    return found;
  }

  #diedWith(root: NodeId): { diedWith: NodeId | undefined }[] {
    const together = this.#below(root, (child) => this.#nodes.get(child)?.diedWith === root);
    return together.map((id) => this.#nodes.get(id)!);
  }

  /** Levels below the node, among those that count. */
  #height(id: NodeId, counts: (child: NodeId) => boolean): number {
    let height = 0;
    for (const child of this.#children.get(id) ?? [])
      if (counts(child)) height = Math.max(height, 1 + this.#height(child, counts));
    return height;
  }

  #judgeCreate(change: TreeChange): BrokenTreeRule | undefined {
    const rule = "T1";
    if (!this.#mayBeNew(change.node)) return { rule, text: "this node id was used before: draw a new one" };
    if (!this.#holds(change.parent)) return { rule, text: "the parent is no living folder: choose another" };
    if (this.#nodes.size >= Limits.MaxNodes)
      return {
        rule,
        text: `a room has at most ${Limits.MaxNodes} files and folders, deleted ones included: begin a new room`,
      };
    if (this.#depthUnder(change.parent) > Limits.MaxDepth) return { rule, text: TOO_DEEP };
    return undefined;
  }

  #judgeMove(change: TreeChange): BrokenTreeRule | undefined {
    const rule = "T3";
    if (!this.lives(change.node)) return { rule, text: "the node is deleted or never was: restore it first" };
    if (!this.#holds(change.parent)) return { rule, text: "the target is no living folder: choose another" };
    for (let at = change.parent; at !== ROOT; at = this.#nodes.get(at)!.parent)
      if (at === change.node) return { rule, text: "a folder cannot move into itself: choose another" };
    const height = this.#height(change.node, (child) => this.lives(child));
    return this.#depthUnder(change.parent) + height > Limits.MaxDepth ? { rule, text: TOO_DEEP } : undefined;
  }

  #judgeDelete(id: NodeId, member: MemberId, isOwner: boolean): BrokenTreeRule | undefined {
    const rule = "T4";
    if (!this.lives(id)) return { rule, text: "the node is deleted already or never was" };
    if (isOwner || this.#livingBelow(id).every((each) => this.#nodes.get(each)?.creator === member)) return undefined;
    return { rule, text: "others made this or something in it: ask them or an owner to delete it" };
  }

  #judgeRestore(change: TreeChange): BrokenTreeRule | undefined {
    const rule = "T5";
    const node = this.#nodes.get(change.node);
    if (node === undefined || node.diedWith !== node.id)
      return { rule, text: "only what was itself deleted can be restored: restore the folder that took it along" };
    if (!this.#holds(change.parent)) return { rule, text: "the target is no living folder: choose another" };
    const height = this.#height(node.id, (child) => this.#nodes.get(child)?.diedWith === node.id);
    return this.#depthUnder(change.parent) + height > Limits.MaxDepth ? { rule, text: TOO_DEEP } : undefined;
  }
}

const TOO_DEEP = `at most ${Limits.MaxDepth} folders may stand above a file or folder: choose one higher up`;
