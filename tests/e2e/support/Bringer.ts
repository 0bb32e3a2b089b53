import { contentOf, parseLink, Room } from "@coterie/core";
import { NodeWorld } from "../../support/NodeWorld.ts";

/** A member without a browser who puts files into a room that are no text. */
export class Bringer {
  readonly #world: NodeWorld;
  readonly room: Room;

  private constructor(world: NodeWorld, room: Room) {
    this.#world = world;
    this.room = room;
  }

  static async join(link: string, name = "Bea"): Promise<Bringer> {
    const parsed = parseLink(link);
    if ("error" in parsed) throw new Error(parsed.error);
    const world = new NodeWorld();
    return new Bringer(world, await Room.join(world, { server: parsed.server, link: parsed, name }));
  }

  /** @returns its id, once it stands for all */
  async put(name: string, bytes: Uint8Array): Promise<string> {
    const blob = await this.room.blobs.put(contentOf(bytes));
    const { id, landed } = this.room.tree.makeBinary(undefined, name, blob);
    await landed;
    return id;
  }

  async change(id: string, bytes: Uint8Array): Promise<void> {
    await this.room.tree.setContent(id, await this.room.blobs.put(contentOf(bytes)));
  }

  close(): void {
    this.room.close();
    this.#world.drop();
  }
}
