import type { NodeId } from "../wire/Ids.ts";
import { FileDoc } from "./FileDoc.ts";
import type { UnsentChange } from "./Outbox.ts";
import { RoomFile } from "./RoomFile.ts";
import type { RoomSync } from "./RoomSync.ts";
import type { Tree } from "./Tree.ts";

/** The files that somebody holds open here, or that hold something unsent. */
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
    for (const [id, { doc, users }] of this.#files) if (users === 0 && doc.idle && this.#files.delete(id)) doc.close();
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
