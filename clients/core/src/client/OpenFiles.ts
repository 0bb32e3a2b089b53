import type { NodeId } from "../wire/Ids.ts";
import { FileDoc } from "./FileDoc.ts";
import { nodeId } from "./naming.ts";
import type { UnsentChange } from "./Outbox.ts";
import { RoomFile } from "./RoomFile.ts";
import type { RoomSync } from "./RoomSync.ts";
import type { Tree } from "./Tree.ts";

/** Of a room in memory so many texts are held here that nobody has open; of more, the first are let go. */
const HELD_TEXTS = 1_000;
/** So many of them are read at a time. */
const READ_AT_ONCE = 8;

/**
 * The files that somebody holds open here, or that hold something unsent; of a room in memory also the others, as far as they are not too many:
 * when its server loses it, it comes back by what its members hold (E7).
 */
export class OpenFiles {
  readonly #sync: RoomSync;
  readonly #tree: Tree;
  readonly #mayEdit: () => boolean;
  readonly #onRejected: () => void;
  readonly #files = new Map<NodeId, { readonly doc: FileDoc; users: number }>();

  constructor(sync: RoomSync, tree: Tree, mayEdit: () => boolean, onRejected: () => void) {
    this.#sync = sync;
    this.#tree = tree;
    this.#mayEdit = mayEdit;
    this.#onRejected = onRejected;
  }

  docs(): readonly FileDoc[] {
    return [...this.#files.values()].map(({ doc }) => doc);
  }

  /** Those that somebody has open here. */
  shown(): readonly FileDoc[] {
    return [...this.#files.values()].flatMap(({ doc, users }) => (users > 0 ? [doc] : []));
  }

  find(id: NodeId): FileDoc | undefined {
    return this.#files.get(id)?.doc;
  }

  get(id: NodeId): FileDoc {
    return this.#known(id).doc;
  }

  /** @param onClosed when whoever opened it has closed it again */
  open(id: NodeId, onClosed: () => void): RoomFile {
    const open = this.#known(id);
    open.users += 1;
    return new RoomFile(open.doc, () => {
      open.users -= 1;
      onClosed();
    });
  }

  unsent(): UnsentChange[] {
    return this.docs().flatMap((doc) => (doc.quiet ? [] : doc.unsent()));
  }

  /** The tree changed. */
  look(): void {
    for (const [id, { doc }] of this.#files) doc.setLife(this.#tree.lifeOf(id));
  }

  closeUnused(): void {
    const unused = [...this.#files].filter(([, { doc, users }]) => users === 0 && doc.idle);
    const living = unused.filter(([id]) => this.#tree.lifeOf(id) === "living");
    const held = new Set(this.#holds ? living.slice(-HELD_TEXTS) : []);
    for (const each of unused) if (!held.has(each) && this.#files.delete(each[0])) each[1].doc.close();
    this.#hold();
  }

  /** Reads on in what is to be held here, a few at a time. */
  #hold(): void {
    if (!this.#holds) return;
    const reading = this.docs().filter(({ state }) => state.get() === "loading").length;
    let room = Math.min(READ_AT_ONCE - reading, HELD_TEXTS - this.#files.size);
    for (const { id, kind } of room > 0 ? this.#tree.view.get() : []) {
      if (room === 0) break;
      if (kind !== "file" || this.#files.has(nodeId(id)) || this.#tree.lifeOf(nodeId(id)) !== "living") continue;
      room -= 1;
      const { state } = this.get(nodeId(id));
      const end = state.subscribe(() => {
        if (state.get() === "loading") return;
        end();
        queueMicrotask(() => this.#hold());
      });
    }
  }

  /** Whoever may write brings what they hold. */
  get #holds(): boolean {
    return this.#sync.keyring.kind === "memory" && this.#mayEdit();
  }

  /** They stay known: what is unsent in them is being kept. */
  close(): void {
    for (const doc of this.docs()) doc.close();
  }

  #known(id: NodeId): { readonly doc: FileDoc; users: number } {
    const known = this.#files.get(id);
    if (known !== undefined) return known;
    const doc = new FileDoc(this.#sync, id, this.#mayEdit);
    const life = this.#tree.lifeOf(id);
    if (life !== "deleted" || this.#tree.isDeleted(id)) doc.setLife(life);
    doc.rejected.subscribe(this.#onRejected);
    const open = { doc, users: 0 };
    this.#files.set(id, open);
    return open;
  }
}
