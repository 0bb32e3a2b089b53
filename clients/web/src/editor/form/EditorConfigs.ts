import { Observable, type Room } from "@coterie/core";
import { watchText } from "../../room/watchText.ts";
import { type Asked, askedOf, type Config, configOf } from "./editorconfig.ts";

const fileName = ".editorconfig";
/** So many of these files count; of more, those nearest the top. */
const mostConfigs = 50;

/** The .editorconfig files of the room as they are now, and what they ask of a file. They are read while somebody has an editor open. */
export class EditorConfigs {
  readonly all = new Observable<readonly Config[]>([]);
  readonly #room: Room;
  readonly #watched = new Map<string, { folder: string; text: string | undefined; end: () => void }>();
  #users = 0;
  #stop = () => {};

  constructor(room: Room) {
    this.#room = room;
  }

  /** Returns its end. */
  use(): () => void {
    if (this.#users++ === 0) {
      this.#stop = this.#room.tree.view.subscribe(this.#look);
      this.#look();
    }
    return () => {
      if (--this.#users > 0) return;
      this.#stop();
      for (const { end } of this.#watched.values()) end();
      this.#watched.clear();
    };
  }

  askedOf(path: string): Asked {
    return askedOf(path, this.all.get());
  }

  readonly #look = (): void => {
    const found = this.#room.tree.view
      .get()
      .filter(({ kind, name }) => kind === "file" && name === fileName)
      .toSorted((one, other) => one.path.split("/").length - other.path.split("/").length)
      .slice(0, mostConfigs);
    const folders = new Map(found.map(({ id, path }) => [id as string, path.slice(0, -fileName.length - 1)]));
    let changed = false;
    for (const [id, { end }] of this.#watched)
      if (!folders.has(id)) {
        end();
        this.#watched.delete(id);
        changed = true;
      }
    for (const [id, folder] of folders) {
      const known = this.#watched.get(id);
      if (known?.folder === folder) continue;
      if (known) {
        known.folder = folder;
        changed = true;
        continue;
      }
      const entry = { folder, text: undefined as string | undefined, end: () => {} };
      this.#watched.set(id, entry);
      entry.end = watchText(this.#room, id, (text) => {
        entry.text = text;
        this.#tell();
      });
    }
    if (changed) this.#tell();
  };

  #tell(): void {
    const read = [...this.#watched.values()].filter(({ text }) => text !== undefined);
    this.all.set(read.map(({ folder, text }) => configOf(folder, text!)));
  }
}
