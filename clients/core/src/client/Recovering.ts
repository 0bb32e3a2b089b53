import { Limits } from "../limits.ts";
import { utf8 } from "../wire/Bytes.ts";
import type { FileDoc } from "./FileDoc.ts";
import { Observable } from "./Observable.ts";
import type { Tree } from "./Tree.ts";
import type { NotTaken, RecoveredText } from "./view.ts";

const SUFFIX = " (recovered)";

export interface Recoverable {
  readonly tree: Tree;
  /** The files that are open here or hold something unsent. */
  files(): readonly FileDoc[];
  mayEdit(): boolean;
  /** A file that was just made, to be written in. */
  file(id: string): FileDoc;
}

/**
 * What was typed into a file that another deleted before it reached the server is put into a new file beside it, `name (recovered)`.
 * It is made and written in one turn, so that at no time the text stands nowhere.
 */
export class Recovering {
  readonly recovered = new Observable<readonly RecoveredText[]>([]);
  readonly #room: Recoverable;
  #due = false;
  #notTaken: readonly NotTaken[] = [];

  constructor(room: Recoverable) {
    this.#room = room;
  }

  /** Something of the tree, of what is unsent or of the connection changed. */
  look(): void {
    if (this.#due) return;
    this.#due = true;
    queueMicrotask(() => {
      this.#due = false;
      for (const doc of this.#room.files())
        if (doc.stranded && this.#room.tree.lifeOf(doc.id) === "deleted" && this.#room.tree.isDeleted(doc.id))
          this.#recover(doc);
    });
  }

  /** What was refused for good, file by file. The same list as before as long as nothing of it changed. */
  get notTaken(): readonly NotTaken[] {
    const before = this.#notTaken;
    const now = this.#room.files().flatMap((doc) => this.#entryOf(doc) ?? []);
    if (now.length !== before.length || now.some((entry, at) => entry !== before[at])) this.#notTaken = now;
    return this.#notTaken;
  }

  #entryOf({ id, rejected }: FileDoc): NotTaken | undefined {
    const kept = rejected.get();
    if (kept === undefined) return undefined;
    const name = this.#room.tree.nameOf(id);
    const known = this.#notTaken.find(({ file }) => file === (id as string));
    if (known?.name === name && known?.text === kept.text && known?.why === kept.why) return known;
    return { file: id, name, ...kept };
  }

  #recover(doc: FileDoc): void {
    const { tree } = this.#room;
    const name = tree.nameOf(doc.id) ?? "";
    const text = doc.giveUpStranded();
    if (text === undefined || text === "") return;
    if (!this.#room.mayEdit()) {
      doc.rejected.set({
        text,
        why: `${name} was deleted before they reached the server, and you may make no file now.`,
      });
      return;
    }
    const { id, landed } = tree.make("file", tree.folderOf(doc.id), recoveredName(name));
    landed.catch(() => {}); // the new file itself says that it could not be made
    this.#room.file(id).put(text);
    this.recovered.set([...this.recovered.get(), { file: doc.id, name, into: id }]);
  }
}

/** `notes.md` becomes `notes (recovered).md`, cut where that would be too long. */
export function recoveredName(name: string): string {
  const dot = name.lastIndexOf(".");
  const [stem, extension] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, ""];
  const letters = Array.from(stem);
  const fits = (kept: string, rest: string) => utf8(kept + SUFFIX + rest).length <= Limits.MaxNameBytes;
  const rest = fits("", extension) ? extension : "";
  while (!fits(letters.join(""), rest)) letters.pop();
  return letters.join("") + SUFFIX + rest;
}
