import { Observable, type Room, type TreeNode } from "@coterie/core";
import { attempt, dismiss, toast } from "../../app/toast.ts";
import type { Desk } from "../Desk.ts";
import { liesWithin } from "./rows.ts";

/** A name being typed into the tree: of a new node, or of an old one. */
export type Draft =
  | { readonly what: "file" | "folder"; readonly parent: string | undefined }
  | { readonly what: "rename"; readonly node: TreeNode };

/** What one does with the tree: the selection, the folders that stand open, the name being typed, and every change with its way back. */
export class Shelf {
  readonly expanded = new Observable<ReadonlySet<string>>(new Set());
  readonly selected = new Observable<string | undefined>(undefined);
  readonly draft = new Observable<Draft | undefined>(undefined);
  /** The node for which "Move to…" asks. */
  readonly moving = new Observable<TreeNode | undefined>(undefined);
  readonly #room: Room;
  readonly #desk: Desk;
  /** What stands in the corner about the last delete or move. */
  #notice: number | undefined;

  constructor(room: Room, desk: Desk) {
    this.#room = room;
    this.#desk = desk;
  }

  get nodes(): readonly TreeNode[] {
    return this.#room.tree.view.get();
  }

  find(id: string | undefined): TreeNode | undefined {
    return this.nodes.find((node) => node.id === id);
  }

  expand(id: string, open: boolean): void {
    const next = new Set(this.expanded.get());
    if (open) next.add(id);
    else next.delete(id);
    this.expanded.set(next);
  }

  /** Opens the folders above a node. */
  reveal(id: string): void {
    for (let at = this.find(id)?.parent; at !== undefined; at = this.find(at)?.parent) this.expand(at, true);
  }

  /** Begins a new node beside this one, or inside it if that is a folder. */
  begin(what: "file" | "folder", at = this.selected.get()): void {
    const beside = this.find(at);
    const parent = beside?.kind === "folder" ? beside.id : beside?.parent;
    if (parent) this.expand(parent, true);
    this.draft.set({ what, parent });
  }

  async finish(name: string): Promise<void> {
    const draft = this.draft.get();
    this.draft.set(undefined);
    const trimmed = name.trim();
    if (!draft || !trimmed) return;
    if (draft.what === "rename") {
      this.#notice = undefined; // what Ctrl+Z takes back from now on is the name
      if (trimmed !== draft.node.name) await attempt(this.#room.tree.rename(draft.node.id, trimmed));
      return;
    }
    await attempt(this.#make(draft.what, draft.parent, trimmed));
  }

  /** It can be used at once, also where the room cannot be reached now. */
  async #make(what: "file" | "folder", parent: string | undefined, name: string): Promise<void> {
    const { id, landed } = this.#room.tree.make(what, parent, name);
    this.selected.set(id);
    if (what === "file") this.#desk.open(id);
    else this.expand(id, true);
    await landed;
  }

  async delete(node: TreeNode): Promise<void> {
    if (!node.mayDelete) {
      toast(whyNot(node));
      return;
    }
    await this.#tell(this.#room.tree.delete(node.id), `Deleted ${node.shownName}.`, async () => {
      if (this.find(node.id) === undefined) await this.#room.tree.restore(node.id);
    });
  }

  /** Takes back my last delete, move or new name, also where its notice is gone; what comes back by that is selected. */
  async undo(): Promise<void> {
    const before = new Set(this.nodes.map(({ id }) => id));
    const done = this.#room.tree.undo();
    await Promise.resolve(); // the tree shows it at the end of this turn, however long its record takes
    const back = this.nodes.find(({ id }) => !before.has(id));
    if (back) {
      this.reveal(back.id);
      this.selected.set(back.id);
    }
    if (this.#notice !== undefined) dismiss(this.#notice);
    if ((await attempt(done)) === false) toast("There is nothing to take back.");
  }

  async move(node: TreeNode, parent: string | undefined): Promise<void> {
    if (node.parent === parent || liesWithin(this.nodes, parent, node.id)) return;
    const before = node.parent;
    const moved = this.#room.tree.move(node.id, parent);
    if (parent) this.expand(parent, true);
    this.selected.set(node.id);
    await this.#tell(moved, `Moved ${node.shownName} to ${this.find(parent)?.path ?? "the top"}.`, () =>
      this.#room.tree.move(node.id, before),
    );
  }

  /** Says at once what was done, as it shows at once; unsays it where the room then refuses it. */
  async #tell(landed: Promise<void>, said: string, undo: () => Promise<void>): Promise<void> {
    const notice = toast(said, { action: { label: "Undo", run: () => void attempt(undo()) } });
    this.#notice = notice;
    if (!(await attempt(landed.then(() => true)))) dismiss(notice);
  }
}

const mostListed = 4;

/** Who may delete what this person may not, and what in a folder of their own is not theirs. */
function whyNot({ shownName, deletableBy, othersInside }: TreeNode): string {
  if (othersInside.length === 0) return `${shownName} can only be deleted by ${deletableBy}.`;
  const listed = othersInside.slice(0, mostListed).join(", ");
  const more = othersInside.length > mostListed ? ` and ${othersInside.length - mostListed} more` : "";
  return `${shownName} holds what others made: ${listed}${more}. Only an owner can delete it with them.`;
}
