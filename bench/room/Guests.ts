import { parseLink, Room, type RoomFile } from "@coterie/core";
import { NodeWorld } from "../../tests/support/NodeWorld.ts";
import { until } from "../../tests/support/until.ts";

const KEY_EVERY_MS = 2_000;

interface Guest {
  readonly room: Room;
  readonly file: RoomFile;
}

/** Some of the people of a room, in one process: what the owner's process asks of them. */
export class Guests {
  #guests: readonly Guest[] = [];
  #typing: readonly NodeJS.Timeout[] = [];

  /** They come in by a link, one after the other, and open the one file. */
  async join(server: string, link: string, names: readonly string[]): Promise<void> {
    const parsed = parseLink(link);
    if ("error" in parsed) throw new Error(parsed.error);
    const guests: Guest[] = [];
    for (const name of names) {
      const room = await Room.join(new NodeWorld(), { server, link: parsed, name });
      await until(() => room.tree.view.get().length === 1, `${name} sees the file`);
      const file = await room.open(room.tree.view.get()[0]!.id);
      await until(() => file.state.get() === "ready", `${name} reads the file`);
      guests.push({ room, file });
    }
    this.#guests = guests;
  }

  /** Waits until each sees so many people. @returns who they are */
  async meet(people: number): Promise<string[]> {
    const live = ({ room }: Guest) => room.view.get().people.filter((person) => person.live).length;
    await until(() => this.#guests.every((guest) => live(guest) === people), "all see all");
    return this.#guests.map(({ room }) => room.view.get().people.find(({ me }) => me)!.memberId);
  }

  /** Each types a key every two seconds from now on. @param nth of the first of them in the room */
  type(nth: number): void {
    this.#typing = this.#guests.map(({ file }, at) => {
      const key = () => {
        if (file.state.get() !== "ready") return;
        file.text.insert(file.text.length, String.fromCharCode(97 + ((nth + at) % 26)));
      };
      return setInterval(key, KEY_EVERY_MS + nth + at);
    });
  }

  stopTyping(): void {
    for (const timer of this.#typing) clearInterval(timer);
  }

  /** Each types this, but for the first so many. */
  put(text: string, but: number): void {
    for (const { file } of this.#guests.slice(but)) file.text.insert(0, text);
  }

  /** How far they are: their texts once nothing of theirs is unsaved, and what they were alarmed by. */
  states(): { readonly texts: readonly string[]; readonly alarms: readonly string[]; readonly ended: number } {
    const views = this.#guests.map(({ room }) => room.view.get());
    const here = this.#guests.filter((_, nth) => views[nth]!.connection !== "ended");
    return {
      texts: [...new Set(here.map(({ file, room }) => (room.view.get().unsaved === 0 ? file.text.toString() : "…")))],
      alarms: views.flatMap(({ alarms }) => alarms.map(({ text }) => text)),
      ended: this.#guests.length - here.length,
    };
  }

  /** Processor time of this process so far, ms. */
  spent(): number {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1_000;
  }

  leave(): void {
    for (const { room } of this.#guests) room.close();
    this.#guests = [];
  }
}
