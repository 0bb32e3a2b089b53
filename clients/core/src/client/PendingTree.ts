import type { Blob, BlobSecret } from "../rooms/Blob.ts";
import {
  encodeDeletePayload,
  encodeTreePayload,
  parseDeletePayload,
  parseTreePayload,
} from "../rooms/Payloads/TreePayload.ts";
import { creates, givesName, parseTreeChange, type TreeChange, TreeKind } from "../rooms/TreeChange.ts";
import type { TreeState } from "../rooms/TreeState.ts";
import { RecordClass } from "../wire/Classes.ts";
import { type MemberId, type NodeId, type OpId, ROOT } from "../wire/Ids.ts";
import { failed } from "../wire/WireError.ts";
import type { UnsentChange } from "./Outbox.ts";

/** An own change of the tree. */
export interface TreeStep {
  readonly change: TreeChange;
  /** Of what is made or renamed; else empty. */
  readonly name: string;
  readonly opId: OpId;
  /** What opens the blob that the change names. */
  readonly secret?: BlobSecret;
}

/** A file that is coming is to be made by a change of this person that does not stand in the log yet; what is discarded, they deleted. */
export type Life = "coming" | "living" | "deleted" | "discarded";

/** A node that this person makes: `landed` tells when it is there for all, or why it never will be. */
export interface Making {
  readonly id: string;
  readonly landed: Promise<void>;
}

/**
 * Own changes of the tree that do not stand in the log yet, in the order in which they were made, and the tree as it will be with
 * them. It is what this person sees and acts on; what counts is decided by the log alone.
 */
export class PendingTree {
  readonly #log: () => TreeState;
  readonly #member: () => MemberId;
  #steps: TreeStep[] = [];
  /** The log's tree with the steps taken, and the names they give; undefined where they must be made anew. */
  #ahead: TreeState | undefined;
  #names: Map<NodeId, string> | undefined;

  /** Creates that are held back. */
  readonly #held = new Map<NodeId, Promise<void>>();

  /** @param log the log's tree, as it stands whenever it is asked for */
  constructor(log: () => TreeState, member: () => MemberId) {
    this.#log = log;
    this.#member = member;
  }

  get steps(): readonly TreeStep[] {
    return this.#steps;
  }

  /** @returns what a step on this node waits for: its create may be held back until `after`, and whatever else is done to it goes behind that */
  behind(node: NodeId, after?: Promise<void>): Promise<void> | undefined {
    if (after === undefined) return this.#held.get(node);
    this.#held.set(node, after);
    const letGo = () => this.#held.delete(node);
    after.then(letGo, letGo);
    return after;
  }

  add(step: TreeStep): void {
    this.#steps.push(step);
    this.#ahead?.take(step.change, this.#member());
    this.#names = undefined;
  }

  /** A step stands in the log now. */
  landed(step: TreeStep): void {
    const first = this.#steps[0] === step;
    this.#remove(step);
    if (!first) this.moved();
  }

  /** A step never will. */
  drop(step: TreeStep): void {
    this.#remove(step);
    this.moved();
  }

  /** The log's tree changed by other than the first step. */
  moved(): void {
    this.#ahead = undefined;
  }

  /** The log's tree with every step that it allows. */
  get tree(): TreeState {
    if (this.#steps.length === 0) return this.#log();
    if (this.#ahead !== undefined) return this.#ahead;
    const ahead = this.#log().copy();
    for (const step of this.#steps) {
      const change = placed(step.change, ahead);
      if (ahead.judge(change, this.#member(), true) === undefined) ahead.take(change, this.#member());
    }
    this.#ahead = ahead;
    return ahead;
  }

  /** The name that the last step gives to a node; undefined where none does. */
  nameOf(node: NodeId): string | undefined {
    this.#names ??= new Map(this.#steps.filter(({ change }) => givesName(change)).map((s) => [s.change.node, s.name]));
    return this.#names.get(node);
  }

  /** The content that the last step gives to a node; undefined where none does. */
  contentOf(node: NodeId): Blob | undefined {
    const step = this.#steps.findLast(({ change }) => change.node === node && change.blob !== undefined);
    return step?.secret && step.change.blob && { id: step.change.blob, ...step.secret };
  }

  /** Whether one of the steps is to make a node. */
  makes(node: NodeId): boolean {
    return this.#log().get(node) === undefined && this.nameOf(node) !== undefined;
  }

  #remove(step: TreeStep): void {
    this.#steps = this.#steps.filter((other) => other !== step);
    this.#names = undefined;
    if (this.#steps.length === 0) this.#ahead = undefined;
  }
}

/** What is made in a folder that is no more by now is made at the top. */
export function placed(change: TreeChange, tree: TreeState): TreeChange {
  return creates(change) ? { ...change, parent: livingFolder(tree, change.parent) } : change;
}

/** The folder where it lives, else the root. */
export function livingFolder(tree: TreeState, folder: NodeId): NodeId {
  return folder !== ROOT && tree.livingFolder(folder) ? folder : ROOT;
}

/** The class and payload of the record that carries a step. */
export function recordOf({ change, name, opId, secret }: TreeStep): { class: RecordClass; payload: Uint8Array } {
  return change.kind === TreeKind.Delete
    ? { class: RecordClass.Delete, payload: encodeDeletePayload({ opId }) }
    : { class: RecordClass.Tree, payload: encodeTreePayload({ opId, name, secret }) };
}

/** The step that a record carries; undefined where it carries none. */
export function stepOf({ class: recordClass, clear, payload }: UnsentChange): TreeStep | undefined {
  const change = parseTreeChange(recordClass, clear);
  const content = recordClass === RecordClass.Delete ? parseDeletePayload(payload) : parseTreePayload(payload);
  if (failed(change) || failed(content)) return undefined;
  const { name, secret } = { name: "", secret: undefined, ...content };
  return { change, name, opId: content.opId, ...(secret !== undefined && { secret: secret as BlobSecret }) };
}
