import type { Room, RoomFile, TreeNode } from "@coterie/core";
import type { Blob } from "@coterie/core/rooms/Blob.ts";
import { words } from "../../app/toast.ts";
import { EditedFiles } from "../EditedFiles.ts";
import { type LeftOut, nameOf, type Renamed } from "./gather.ts";
import type { Plan } from "./plan.ts";
import { folderOf, There } from "./There.ts";

/** A node is seen by then, or was deleted by somebody. */
const mostUnseenMs = 3_000;
export const folderGone = "the folder it was to go into was deleted meanwhile";

/** A file that was there before, as it was, and what it was given. */
export interface Given {
  readonly node: TreeNode;
  readonly content: Blob;
}

/** What one lot has made in the tree: folders once, each node in its parent. */
export class Made {
  /** The nodes that stand in what was there before. */
  readonly tops: string[] = [];
  /** The texts that were put into files that were there before. */
  readonly edited = new EditedFiles();
  /** Files that were there before, as they were, and what they were given in the place of what they held. */
  readonly given: Given[] = [];
  /** Files that the server has. */
  came = 0;
  /** Of all texts together. */
  textBytes = 0;
  readonly #room: Room;
  readonly #parent: string | undefined;
  readonly #base: string;
  /** Ids by path as it came, of this lot. */
  readonly #folders = new Map<string, string>();
  /** What was there before. */
  readonly there: There;
  /** Paths as they came, by id, of what was made here. */
  readonly #nodes = new Map<string, string>();
  readonly #landing: Promise<LeftOut | undefined>[] = [];

  constructor(room: Room, parent: string | undefined, { files, folders }: Plan) {
    this.#room = room;
    this.#parent = parent;
    const nodes = room.tree.view.get();
    const path = nodes.find(({ id }) => id === parent)?.path;
    this.#base = path === undefined ? "" : `${path}/`;
    this.there = new There(nodes, parent, [...files.map((file) => file.path), ...folders]);
  }

  /** @param after the server does not hear of it before that is over */
  file(path: string, after?: Promise<void>): string {
    return this.#make("file", path, undefined, after);
  }

  async give(node: TreeNode, content: Blob): Promise<void> {
    await this.#room.tree.setContent(node.id, content);
    this.given.push({ node, content });
    this.came++;
  }

  binary(path: string, content: Blob): void {
    this.#make("file", path, content);
  }

  folder(path: string): string {
    const known = this.#folders.get(path);
    if (known !== undefined) return known;
    const id = this.there.folder(path)?.id ?? this.#make("folder", path);
    this.#folders.set(path, id);
    return id;
  }

  /** @returns why it cannot be there, if it cannot */
  empty(path: string): string | undefined {
    try {
      this.folder(path);
      return undefined;
    } catch (error) {
      return this.isGone(path) ? folderGone : words(error);
    }
  }

  /** Whether somebody deleted the folder that a path is to go into. */
  isGone(path: string): boolean {
    for (let above = folderOf(path); above !== ""; above = folderOf(above)) {
      const id = this.#folders.get(above) ?? this.there.folder(above)?.id;
      if (id !== undefined) return this.#room.tree.deletionOf(id) !== undefined;
    }
    return this.#parent !== undefined && this.#room.tree.deletionOf(this.#parent) !== undefined;
  }

  /** A text is written into a file that was there before. @param has whether the server has it; false where it never will, or nobody waits for it */
  wrote(path: string, file: RoomFile, has: Promise<boolean>): void {
    this.#landing.push(
      has.then((is) => {
        if (is) this.came++;
        const problem = file.rejected.get();
        return is || problem === undefined ? undefined : { path, why: words(problem) };
      }),
    );
  }

  /** Why nodes did not come to be that were made here, and texts that were written here. */
  async failures(): Promise<LeftOut[]> {
    return (await Promise.all(this.#landing)).filter((each) => each !== undefined);
  }

  /** What was made here and is shown by another name than it was given: by paths from where the lot lies. */
  async renamed(): Promise<Renamed[]> {
    const nodes = await seen(this.#room, [...this.#nodes.keys()].at(-1));
    return nodes.flatMap(({ id, name, shownName, path }) => {
      const from = this.#nodes.get(id);
      const isOther = from !== undefined && name === nameOf(from) && shownName !== name;
      return isOther ? [{ from, to: path.slice(this.#base.length) }] : [];
    });
  }

  #make(kind: "file" | "folder", path: string, content?: Blob, after?: Promise<void>): string {
    const above = folderOf(path);
    const parent = above === "" ? this.#parent : this.folder(above);
    const isTop = above === "" || this.there.folder(above) !== undefined;
    const { tree } = this.#room;
    const name = nameOf(path);
    const { id, landed } = content ? tree.makeBinary(parent, name, content) : tree.make(kind, parent, name, after);
    this.#landing.push(
      landed.then(
        () => {
          if (kind === "file") this.came++;
          return undefined;
        },
        (error: unknown) => ({ path, why: this.isGone(path) ? folderGone : words(error) }),
      ),
    );
    this.#nodes.set(id, path);
    if (isTop) this.tops.push(id);
    return id;
  }
}

/** The tree once it shows a node, which a large one does late; also where that is there no more. */
function seen(room: Room, node: string | undefined): Promise<readonly TreeNode[]> {
  const { view } = room.tree;
  return new Promise((resolve) => {
    const look = () => {
      if (node === undefined || view.get().some(({ id }) => id === node)) end();
    };
    const end = () => {
      unsubscribe();
      clearTimeout(patience);
      resolve(view.get());
    };
    const unsubscribe = view.subscribe(look);
    const patience = setTimeout(end, mostUnseenMs);
    look();
  });
}
