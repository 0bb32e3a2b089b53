import { parseLink, Room, type RoomFile } from "../../src/index.ts";
import type { MemberId } from "../../src/wire/Ids.ts";
import { failed } from "../../src/wire/WireError.ts";
import { TestHub, type TestRoom } from "./TestHub.ts";
import { TestWorld } from "./TestWorld.ts";

const SERVER = "http://hub.test";

/** People in rooms of one test hub; `part` closes whatever they left open. */
export class Company {
  readonly hub = new TestHub();
  /** Of all people who came. */
  readonly worlds: TestWorld[] = [];
  readonly #pace: number;
  readonly #rooms: Room[] = [];

  /** @param pace how much faster than ours time goes for these people */
  constructor(pace = 1) {
    this.#pace = pace;
  }

  /** The room at the hub. */
  atHub(): TestRoom {
    return [...this.hub.rooms.values()][0]!;
  }

  world(): TestWorld {
    const world = new TestWorld(this.hub, this.#pace);
    this.worlds.push(world);
    return world;
  }

  /** Of another page of the same browser. */
  page(world: TestWorld): TestWorld {
    return new TestWorld(this.hub, this.#pace, world.vault);
  }

  async found(terms: { kind?: "memory" | "permanent"; password?: string } = {}, world = this.world()): Promise<Room> {
    const more = { kind: "permanent", ...terms } as const;
    const { room } = await Room.create(world, { server: SERVER, title: "Bridge", name: "Ada", ...more });
    return this.#here(room);
  }

  async join(host: Room, name: string, role: "editor" | "viewer" = "editor", world = this.world()): Promise<Room> {
    const link = parseLink(host.link(role) ?? "");
    if (failed(link)) throw new Error(link.error);
    return this.#here(await Room.join(world, { server: SERVER, link, name }));
  }

  /** Enters again with what the world's vault keeps. */
  async reopen(room: Room, world: TestWorld): Promise<Room> {
    const reopened = await Room.reopen(world, SERVER, room.view.get().id);
    if (reopened === undefined) throw new Error("the vault keeps nothing of the room");
    return this.#here(reopened);
  }

  /** Ada's room with a file that she and all of the guests have open. */
  async gather(
    guests: readonly (readonly [string, "editor" | "viewer"])[],
    kind: "memory" | "permanent" = "permanent",
  ) {
    const worlds = [this.world(), ...guests.map(() => this.world())];
    const ada = await this.found({ kind }, worlds[0]);
    const id = await ada.tree.create("file", undefined, "main.ts");
    const rooms = [ada];
    for (const [at, [name, role]] of guests.entries()) rooms.push(await this.join(ada, name, role, worlds[at + 1]));
    const files: RoomFile[] = [];
    for (const room of rooms) {
      await until(() => room.tree.view.get().length === 1, "the file is there");
      files.push(await opened(room, id));
    }
    await until(() => rooms.every((room) => others(room) === guests.length), "all know each other");
    return { id, rooms, files, worlds };
  }

  part(): void {
    for (const room of this.#rooms.splice(0)) room.close();
  }

  #here(room: Room): Room {
    this.#rooms.push(room);
    return room;
  }
}

export function idOf(room: Room): MemberId {
  return room.view.get().people.find(({ me }) => me)!.memberId as MemberId;
}

/** How many others a member sees here. */
export function others(room: Room): number {
  return room.view.get().people.filter(({ me, live }) => live && !me).length;
}

/** Opens a file and waits until it can be read. */
export async function opened(room: Room, id: string): Promise<RoomFile> {
  const file = await room.open(id);
  await until(() => file.state.get() === "ready", "the file is open");
  return file;
}

/** Everything these members did is acknowledged. */
export async function saved(...rooms: Room[]): Promise<void> {
  await until(() => rooms.every((room) => room.view.get().unsaved === 0), "all is saved");
}

export async function same(...files: RoomFile[]): Promise<string> {
  const texts = () => new Set(files.map(({ text }) => text.toString()));
  await until(() => texts().size === 1, "all see the same text");
  return files[0]!.text.toString();
}

export async function until(holds: () => boolean, what: string): Promise<void> {
  for (let tries = 0; tries < 1_000; tries++) {
    await new Promise((resolve) => setTimeout(resolve, 10)); // also what was just done shows only after this turn
    if (holds()) return;
  }
  throw new Error(`it did not come true that ${what}`);
}
