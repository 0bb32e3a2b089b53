import { parseLink, Room, type RoomFile } from "@coterie/core";
import * as Y from "yjs";
import { DeafWorld } from "./DeafWorld.ts";

/** One person whose caret walks through the file, a letter or a line at a time. */
export class Walker {
  readonly #room: Room;
  readonly #file: RoomFile;
  #at: number;
  #moves = 0;

  private constructor(room: Room, file: RoomFile, at: number) {
    this.#room = room;
    this.#file = file;
    this.#at = at;
  }

  static async join(link: string, name: string, place: number): Promise<Walker> {
    const parsed = parseLink(link);
    if ("error" in parsed) throw new Error(`the link does not parse: ${parsed.error}`);
    const room = await Room.join(new DeafWorld(), { server: parsed.server, link: parsed, name });
    await until(() => room.tree.view.get().some((node) => node.kind === "file"));
    const file = await room.open(room.tree.view.get().find((node) => node.kind === "file")!.id);
    await until(() => file.state.get() === "ready" && file.text.length > 0);
    return new Walker(room, file, Math.floor(place * file.text.length));
  }

  move(typing: boolean): void {
    const { text } = this.#file;
    const step = Math.random() < 0.9 ? 1 : 40;
    this.#at = (this.#at + step) % text.length;
    this.#moves += 1;
    if (typing && this.#moves % 20 === 0) text.insert(this.#at, "x");
    const place = Y.encodeRelativePosition(Y.createRelativePositionFromTypeIndex(text, this.#at, -1));
    this.#room.point({ file: this.#file.id, typing, topLine: 1, selections: [{ anchor: place, head: place }] });
  }

  leave(): void {
    this.#file.close();
    this.#room.close();
  }
}

async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; !holds(); tries++) {
    if (tries === 3_000) throw new Error("a walker did not come in within a minute");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
