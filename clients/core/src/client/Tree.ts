import type { Blob, BlobSecret } from "../rooms/Blob.ts";
import { shownNames } from "../rooms/NodeName.ts";
import { NodeNames } from "../rooms/NodeNames.ts";
import { parseDeletePayload, parseTreePayload } from "../rooms/Payloads/TreePayload.ts";
import { fitState, type Packed, unpackSnapshot } from "../rooms/Snapshot.ts";
import {
  encodeTreeState,
  parseTreeState,
  type TreeSnapshotState,
  treeDigest,
  treeDigestHolds,
} from "../rooms/SnapshotState.ts";
import type { StreamBase } from "../rooms/StreamState.ts";
import {
  creates,
  encodeTreeChange,
  givesName,
  parseTreeChange,
  type TreeChange,
  TreeKind,
} from "../rooms/TreeChange.ts";
import { NodeKind, type TreeNodeState, type TreeState } from "../rooms/TreeState.ts";
import { RecordClass, Role } from "../wire/Classes.ts";
import { idOf, type MemberId, type NodeId, type OpId, ROOT } from "../wire/Ids.ts";
import { failed, type Parsed } from "../wire/WireError.ts";
import { textMadeBy } from "./Makings.ts";
import { checkNodeName, nodeId } from "./naming.ts";
import { Observable } from "./Observable.ts";
import type { UnsentChange } from "./Outbox.ts";
import {
  type Life,
  livingFolder,
  type Making,
  PendingTree,
  placed,
  recordOf,
  stepOf,
  type TreeStep,
} from "./PendingTree.ts";
import { RoomError, sentence } from "./RoomError.ts";
import type { RoomSync } from "./RoomSync.ts";
import { SnapshotWriter } from "./SnapshotWriter.ts";
import type { Entry, StreamReader, StreamSync } from "./StreamSync.ts";
import { baseOf, isAsSaid, type TrustedSnapshot } from "./trustedSnapshot.ts";
import type { Deletion, TreeNode } from "./view.ts";

/** A tree that takes longer than this to show is large. */
const LONG_MS = 5;
const MOST_REST_MS = 3_000; // also where the machine slept while it was shown, or its clock was set
const READING_MS = 100; // while the log is read, what it made of the tree so far is shown no more often
/** Own changes that can be taken back; of more, the oldest cannot. */
export const MAX_UNDO = 200;

/** How one of this person's changes is taken back. */
interface Undoing {
  readonly change: TreeChange;
  readonly name: string;
  readonly content?: Blob;
  /** Whether it is still theirs that counts, and not a later one of somebody else. */
  readonly stands: () => boolean;
}

/**
 * The files and folders of a room. Its shape is RoomState's, by log order; names are kept here. Own changes show at once and are
 * sent when the room can be reached; their promises wait until they stand in the log, also across a reconnect.
 */
export class Tree implements StreamReader {
  readonly view = new Observable<readonly TreeNode[]>([], true);
  readonly #sync: RoomSync;
  readonly #stream: StreamSync;
  readonly #nameOf: (member: MemberId) => string;
  readonly #onChange: () => void;
  readonly #snapshots: SnapshotWriter;
  #names = new NodeNames();
  readonly #pending: PendingTree;
  #inherited: TreeStep[] = [];
  /** The log was read to its end, in this incarnation: what is not there never was. */
  #read = false;
  #undo: Undoing[] = [];
  /** Who deleted a node, as far as this visit saw it. */
  #deleters = new Map<NodeId, MemberId>();
  #stale = false;
  #shownAt = 0;
  #tookMs = 0;

  constructor(sync: RoomSync, nameOf: (member: MemberId) => string, onChange: () => void) {
    this.#sync = sync;
    this.#nameOf = nameOf;
    this.#onChange = onChange;
    this.#pending = new PendingTree(
      () => sync.state.tree,
      () => sync.memberId,
    );
    const nodes = () => this.#names.of(sync.state.tree);
    this.#snapshots = new SnapshotWriter(sync, sync.state.streams.tree, {
      name: "the tree",
      pack: (tail) => fitState(encodeTreeState(nodes(), tail)),
      digest: async () => treeDigest(nodes()),
      read: readTree,
    });
    this.#stream = sync.follow(sync.state.streams.tree, this);
  }

  /** @returns the node's id once it stands in the log. @throws RoomError */
  async create(kind: "file" | "folder", parent: string | undefined, name: string): Promise<string> {
    const { id, landed } = this.make(kind, parent, name);
    await landed;
    return id;
  }

  /** Makes a node that is there for this person at once, and is sent when `after` is over. @throws RoomError */
  make(kind: "file" | "folder", parent: string | undefined, name: string, after?: Promise<void>): Making {
    const node = idOf<NodeId>(this.#sync.world.random(16));
    const what = kind === "file" ? TreeKind.CreateFile : TreeKind.CreateFolder;
    return { id: node, landed: this.#do({ kind: what, node, parent: nodeId(parent) }, name, undefined, after) };
  }

  /** The same of a file whose content is a blob, which is at the hub by now. */
  makeBinary(parent: string | undefined, name: string, blob: Blob): Making {
    const node = idOf<NodeId>(this.#sync.world.random(16));
    const change = { kind: TreeKind.CreateBinary, node, parent: nodeId(parent), blob: blob.id };
    return { id: node, landed: this.#do(change, name, blob) };
  }

  /** Gives such a file other content. */
  async setContent(id: string, blob: Blob): Promise<void> {
    const node = nodeId(id);
    const before = this.contentOf(id);
    const change = { kind: TreeKind.Content, node, parent: ROOT, blob: blob.id };
    if (before === undefined) return await this.#do(change, "", blob);
    const stands = () => this.contentOf(id)?.id === blob.id;
    const back = { change: { ...change, blob: before.id }, name: "", content: before, stands };
    await this.#undoable(back, this.#do(change, "", blob));
  }

  /** The content of such a file as it is for this person; undefined where it cannot be read, and of all other nodes. */
  contentOf(id: string): Blob | undefined {
    const node = nodeId(id);
    return this.#pending.contentOf(node) ?? this.#names.contentOf(node);
  }

  async rename(id: string, name: string): Promise<void> {
    const node = nodeId(id);
    const stands = () => this.#called(node) === name;
    const before = { change: { kind: TreeKind.Rename, node, parent: ROOT }, name: this.#called(node), stands };
    await this.#undoable(before, this.#do({ kind: TreeKind.Rename, node, parent: ROOT }, name));
  }

  async move(id: string, parent: string | undefined): Promise<void> {
    const node = nodeId(id);
    const to = nodeId(parent);
    const stands = () => this.#parentOf(node) === to;
    const before = { change: { kind: TreeKind.Move, node, parent: this.#parentOf(node) }, name: "", stands };
    await this.#undoable(before, this.#do({ kind: TreeKind.Move, node, parent: to }, ""));
  }

  async delete(id: string): Promise<void> {
    const node = nodeId(id);
    const stands = () => true; // what lives again cannot be restored
    const before = { change: { kind: TreeKind.Restore, node, parent: this.#parentOf(node) }, name: "", stands };
    await this.#undoable(before, this.#do({ kind: TreeKind.Delete, node, parent: ROOT }, ""));
  }

  /** Whether the log was read to its end since the room was entered: before that, what is shown may be a part. */
  get isWhole(): boolean {
    return this.#read;
  }

  lifeOf(id: NodeId): Life {
    const { tree: log } = this.#sync.state;
    if (log.get(id) !== undefined) {
      if (log.livingFile(id) && this.#ahead.livingFile(id)) return "living";
      return this.isDeleted(id) && this.deletionOf(id)?.mine ? "discarded" : "deleted";
    }
    const inherited = this.#inherited.some(({ change }) => change.node === id && creates(change));
    if (inherited || this.#ahead.livingFile(id)) return "coming";
    return this.#ahead.get(id) === undefined ? "deleted" : "discarded";
  }

  /** Deleted in the log, for all that is known, and not about to be restored by this person. */
  isDeleted(id: NodeId): boolean {
    const dies = [this.#sync.state.tree, this.#ahead].every((tree) => tree.get(id)?.diedWith !== undefined);
    return this.#read && dies;
  }

  /** The name as it was given last, also of what is deleted; undefined where the node is not known. */
  nameOf(id: string): string | undefined {
    const node = nodeId(id);
    return this.#ahead.get(node) && this.#called(node);
  }

  /** The folder that a node is in, where it lives; else undefined, the root. */
  folderOf(id: NodeId): string | undefined {
    const folder = livingFolder(this.#ahead, this.#parentOf(id));
    return folder === ROOT ? undefined : folder;
  }

  /** How a node came to be deleted; undefined where it lives. `by` is a name, or undefined where this visit did not see it. */
  deletionOf(id: string): Deletion | undefined {
    const node = nodeId(id);
    const died = this.#ahead.get(node)?.diedWith;
    if (died === undefined) return undefined;
    const who = this.#sync.state.tree.lives(died) ? this.#sync.memberId : this.#deleters.get(died);
    return {
      by: who && this.#nameOf(who),
      mine: who === this.#sync.memberId,
      folder: died === node ? undefined : this.#called(died),
    };
  }

  /** Brings back what was deleted, to the folder it was in, or to the root where that is gone; with its folder where that took it along. */
  async restore(id: string): Promise<void> {
    const node = this.#ahead.get(nodeId(id))?.diedWith ?? nodeId(id);
    const parent = livingFolder(this.#ahead, this.#parentOf(node));
    const change = { kind: TreeKind.Restore, node, parent };
    await this.#sync.blobs.giveBack(this.contentOf(node), () => this.#do(change, ""));
  }

  /** Takes back this person's last rename, move or delete that can still be. @returns false where there is none. */
  async undo(): Promise<boolean> {
    for (;;) {
      const last = this.#undo.pop();
      if (last === undefined) return false;
      const { kind, node } = last.change;
      const rooted = kind === TreeKind.Rename || kind === TreeKind.Content;
      const parent = rooted ? ROOT : livingFolder(this.#ahead, last.change.parent);
      const change = { ...last.change, parent };
      if (!last.stands() || this.#ahead.judge(change, this.#sync.memberId, this.#isOwner) !== undefined) continue;
      const content = last.content ?? this.contentOf(node);
      await this.#sync.blobs.giveBack(content, () => this.#do(change, last.name, last.content));
      return true;
    }
  }

  /** Own changes that no ack covers yet, in order. */
  unsent(): UnsentChange[] {
    const steps = [...this.#inherited, ...this.#pending.steps];
    return steps.map((step) => ({
      stream: this.#stream.id,
      clear: encodeTreeChange(step.change),
      ...recordOf(step),
    }));
  }

  /** Takes up own changes of an earlier visit: sent once the log has been read, where they are not in it and still can be. */
  inherit(changes: readonly UnsentChange[]): void {
    const steps = changes.map(stepOf).filter((step) => step !== undefined);
    this.#inherited.push(...steps);
    for (const { change } of steps) this.#sync.makings.begin(textMadeBy(change));
    if (this.#stream.live) this.#sendInherited();
  }

  /**
   * Makes nodes again, with their ids, in a room that was lost: what is not there yet, folders before what is in them. Another member who
   * does so too is no trouble: an id is used once (T1).
   * @param atOnce how many are under way at a time: many where nobody else is expected to make them
   * @param send leaves content at the hub again; false where this page does not have it, and then its file is not made
   */
  async bring(nodes: readonly TreeNode[], atOnce: number, send: (blob: Blob) => Promise<boolean>): Promise<void> {
    let rest = nodes;
    for (;;) {
      const { tree } = this.#sync.state;
      rest = rest.filter(({ id }) => tree.get(nodeId(id)) === undefined);
      const next = rest
        .filter(({ parent }) => parent === undefined || livingFolder(tree, nodeId(parent)) !== ROOT)
        .slice(0, atOnce);
      if (next.length === 0) return;
      rest = rest.filter((node) => !next.includes(node)); // each is tried once
      await Promise.allSettled(
        next.map(async ({ id, parent, kind, name, content }) => {
          const place = { node: nodeId(id), parent: nodeId(parent) };
          const step = { name, opId: this.#newOp() };
          if (kind !== "binary") {
            const made = kind === "file" ? TreeKind.CreateFile : TreeKind.CreateFolder;
            await this.#append({ ...step, change: { ...place, kind: made } }, false);
          } else if (content !== undefined && (await send(content))) {
            const change = { ...place, kind: TreeKind.CreateBinary, blob: content.id };
            await this.#append({ ...step, change, secret: content }, false);
          }
        }),
      );
    }
  }

  async begin(snapshot: TrustedSnapshot | undefined): Promise<StreamBase | undefined> {
    this.#names = new NodeNames();
    this.#deleters = new Map();
    this.#read = false;
    this.#pending.moved();
    this.#snapshots.begin(snapshot?.seq ?? 0);
    if (snapshot === undefined) return undefined;
    const state = await readTree(snapshot.packed);
    if (failed(state) || !isAsSaid(snapshot, state)) return undefined;
    const base = baseOf(snapshot, state);
    if (this.#sync.state.startTree(base, state.nodes) === undefined) return undefined;
    this.#names = new NodeNames(state.nodes);
    this.#changed();
    return base;
  }

  take(entry: Entry): void {
    this.#apply(entry);
    this.#snapshots.took(entry, this.#stream);
  }

  #apply({ record, payload, memberId, own }: Entry): void {
    if (own === undefined) this.#pending.moved();
    const change = record.class === RecordClass.Snapshot ? undefined : parseTreeChange(record.class, record.clear);
    if (change === undefined || failed(change)) return;
    if (change.kind === TreeKind.Delete) this.#deleters.set(change.node, memberId);
    const content =
      payload && (record.class === RecordClass.Delete ? parseDeletePayload(payload) : parseTreePayload(payload));
    this.#names.take(change, content === undefined || failed(content) ? undefined : content);
    this.#sync.makings.end(textMadeBy(change));
    this.#changed(this.#read ? 0 : READING_MS);
  }

  ready(): void {
    this.#read = true;
    this.#sendInherited();
    this.#snapshots.writeIfDue(this.#stream);
    this.#stale = false; // what waits while the log is read waits no longer
    this.#changed();
  }

  /** Someone's name, a role or the read-only switch changed: what the nodes say about deletion follows. */
  refresh(): void {
    this.#changed();
  }

  /** The log's tree as it will be with what is on its way. */
  get #ahead(): TreeState {
    return this.#pending.tree;
  }

  #called(node: NodeId): string {
    return this.#pending.nameOf(node) ?? this.#names.get(node);
  }

  #parentOf(node: NodeId): NodeId {
    return this.#ahead.get(node)?.parent ?? ROOT;
  }

  #newOp(): OpId {
    return idOf<OpId>(this.#sync.world.random(16));
  }

  /** @throws RoomError at once where it can be told now that it cannot be */
  #do(change: TreeChange, name: string, secret?: BlobSecret, after?: Promise<void>): Promise<void> {
    if (givesName(change)) checkNodeName(name);
    const broken = this.#read ? this.#ahead.judge(change, this.#sync.memberId, this.#isOwner) : undefined;
    if (broken !== undefined) throw new RoomError(0, sentence(broken.text));
    const step = { change, name, opId: this.#newOp() };
    return this.#append(secret === undefined ? step : { ...step, secret }, true, after);
  }

  /** @param shown whether this person sees it before it stands in the log */
  async #append(step: TreeStep, shown: boolean, after?: Promise<void>): Promise<void> {
    const makes = textMadeBy(step.change);
    this.#sync.makings.begin(makes);
    if (shown) this.#pending.add(step);
    this.#changed();
    const held = this.#pending.behind(step.change.node, after);
    if (held !== undefined) await held;
    await new Promise<void>((resolve, reject) => {
      this.#stream.append({
        ...recordOf(step),
        makes,
        clear: () =>
          encodeTreeChange(
            this.#pending.makes(step.change.parent) ? step.change : placed(step.change, this.#sync.state.tree),
          ),
        landed: () => {
          this.#pending.landed(step);
          this.#changed();
          resolve();
        },
        refused: (error) => {
          this.#pending.drop(step);
          this.#sync.makings.end(makes);
          this.#changed();
          reject(new RoomError(error.code, sentence(error.text)));
        },
      });
    });
  }

  #sendInherited(): void {
    const { makings } = this.#sync;
    for (const step of this.#inherited.splice(0)) {
      const change = placed(step.change, this.#ahead);
      if (this.#ahead.judge(change, this.#sync.memberId, this.#isOwner) !== undefined) makings.end(textMadeBy(change));
      else this.#append({ ...step, change }, true).catch(() => {}); // who made it was told on that visit, or sees that it is not there
    }
    this.#changed();
  }

  async #undoable(before: Undoing, done: Promise<void>): Promise<void> {
    this.#undo.push(before);
    if (this.#undo.length > MAX_UNDO) this.#undo.shift();
    try {
      await done;
    } catch (error) {
      this.#undo = this.#undo.filter((other) => other !== before);
      throw error;
    }
  }

  get #isOwner(): boolean {
    return this.#sync.keyring.role === Role.Owner;
  }

  /** Many changes in one turn are shown once; where the tree is so large that showing it takes time, a tenth of the time is spent so. */
  #changed(least = 0): void {
    if (this.#stale) return;
    this.#stale = true;
    const { world } = this.#sync;
    const rest = Math.max(least, this.#tookMs < LONG_MS ? 0 : this.#shownAt + 9 * this.#tookMs - world.now());
    if (rest > 0) world.setTimer(() => this.#show(), Math.min(rest, MOST_REST_MS));
    else queueMicrotask(() => this.#show());
  }

  #show(): void {
    if (!this.#stale) return;
    this.#stale = false;
    const began = this.#sync.world.now();
    this.view.set(this.#look());
    this.#onChange();
    this.#shownAt = this.#sync.world.now();
    this.#tookMs = this.#shownAt - began;
  }

  #look(): readonly TreeNode[] {
    const folders = new Map<NodeId, TreeNodeState[]>();
    for (const node of this.#ahead.all()) {
      if (node.diedWith !== undefined) continue;
      const siblings = folders.get(node.parent) ?? [];
      folders.set(node.parent, siblings);
      siblings.push(node);
    }
    const shown: TreeNode[] = [];
    this.#lay(folders, ROOT, "", shown);
    return shown;
  }

  #lay(folders: ReadonlyMap<NodeId, readonly TreeNodeState[]>, parent: NodeId, above: string, out: TreeNode[]): void {
    const siblings = folders.get(parent) ?? [];
    const names = shownNames(siblings.map(({ id }) => this.#called(id)));
    const rows = siblings.map((node, at) => ({ node, shownName: names[at]! }));
    const later = ({ node }: (typeof rows)[number]) => (node.kind === NodeKind.Folder ? 0 : 1);
    rows.sort((a, b) => later(a) - later(b) || collator.compare(a.shownName, b.shownName));
    for (const { node, shownName } of rows) {
      const path = above + shownName;
      out.push({
        id: node.id,
        parent: parent === ROOT ? undefined : parent,
        kind: KINDS[node.kind],
        content: node.blob && this.contentOf(node.id),
        name: this.#called(node.id),
        shownName,
        path,
        creator: node.creator,
        pending: this.#pending.makes(node.id),
        ...this.#deletion(node),
      });
      if (node.kind === NodeKind.Folder) this.#lay(folders, node.id, `${path}/`, out);
    }
  }

  #deletion(node: TreeNodeState): Pick<TreeNode, "mayDelete" | "deletableBy" | "othersInside"> {
    const change = { kind: TreeKind.Delete, node: node.id, parent: ROOT };
    const broken = this.#ahead.judge(change, this.#sync.memberId, this.#isOwner);
    const [folder, creator] = [node.kind === NodeKind.Folder, this.#nameOf(node.creator)];
    const deletableBy = folder ? `an owner, or ${creator} where all inside is theirs` : `${creator} or an owner`;
    const own = folder && node.creator === this.#sync.memberId;
    const othersInside = broken !== undefined && own ? this.#othersIn(node.id) : [];
    return { mayDelete: broken === undefined, deletableBy, othersInside };
  }

  /** Living nodes below a folder that are not this member's, with who made them. */
  #othersIn(folder: NodeId): string[] {
    return this.#ahead.livingChildren(folder).flatMap((id) => {
      const { creator, kind } = this.#ahead.get(id)!;
      const below = kind === NodeKind.Folder ? this.#othersIn(id) : [];
      if (creator === this.#sync.memberId) return below;
      return [`${this.#called(id)} (${this.#nameOf(creator)})`, ...below];
    });
  }
}

const KINDS = { [NodeKind.File]: "file", [NodeKind.Folder]: "folder", [NodeKind.Binary]: "binary" } as const;

const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

async function readTree(packed: Packed): Promise<Parsed<TreeSnapshotState>> {
  const bytes = await unpackSnapshot(packed);
  const state = failed(bytes) ? bytes : parseTreeState(bytes);
  return failed(state) || treeDigestHolds(state) ? state : { error: "Content" };
}
