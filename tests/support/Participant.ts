import { parseLink, Room, RoomError, type RoomFile, type RoomView, type World } from "@coterie/core";
import type * as Y from "yjs";
import { boundary, gapsIn, type Marker, markerOf, markersIn } from "./Marker.ts";
import type { Random } from "./Random.ts";

const LONGEST_CUT = 30; // code units that one edit deletes
const WORDS = ["let ", "x = ", "\n", "😀", "👩‍👩‍👧 ", "né ", "日本 ", "if (a) {\n", "}\n", "\t", "// ", "é", "𝛑"];

/** A world whose connections can be closed underneath the client, as a network does: without a word, at once. */
export interface ShakyWorld extends World {
  drop(): void;
}

/** One person in a stormy room: a real client with hands that do what the dice say. */
export class Participant {
  readonly name: string;
  readonly room: Room;
  /** By node id. */
  readonly files = new Map<string, RoomFile>();
  /** Markers by node id that stood in my text while all of mine was shown as saved. */
  readonly saved = new Map<string, Set<Marker>>();
  /** Chat texts that were shown as sent. */
  readonly sent = new Set<string>();
  /** What failed that may not fail. */
  readonly faults: string[] = [];
  readonly #world: ShakyWorld;
  readonly #who: number;
  readonly #random: Random;
  #count = 0;

  private constructor(room: Room, world: ShakyWorld, who: number, random: Random) {
    this.room = room;
    this.#world = world;
    this.#who = who;
    this.#random = random;
    this.name = nameOf(who);
  }

  /** Makes the room, permanent. */
  static async found(world: ShakyWorld, server: string, adminKey: string, random: Random): Promise<Participant> {
    const { room } = await Room.create(world, { server, title: "Storm", name: nameOf(0), kind: "permanent", adminKey });
    return new Participant(room, world, 0, random);
  }

  static async join(world: ShakyWorld, link: string, who: number, random: Random): Promise<Participant> {
    const parsed = parseLink(link);
    if ("error" in parsed) throw new Error(`the room's own link does not parse: ${parsed.error}`);
    const room = await Room.join(world, { server: parsed.server, link: parsed, name: nameOf(who) });
    return new Participant(room, world, who, random);
  }

  get view(): RoomView {
    return this.room.view.get();
  }

  async open(ids: readonly string[]): Promise<void> {
    for (const id of ids) this.files.set(id, await this.room.open(id));
  }

  text(id: string): string {
    return this.files.get(id)?.text.toString() ?? "";
  }

  document(id: string): Y.Doc {
    return this.files.get(id)!.doc;
  }

  /** One thing that a person might do now. */
  act(): void {
    const dice = this.#random.below(100);
    this.note();
    if (dice < 4) this.#world.drop();
    else if (!this.view.canEdit) this.#look();
    else if (dice < 74) this.#edit();
    else if (dice < 82) this.#say();
    else if (dice < 86) this.#rename();
    else this.#look();
  }

  /** Holds the room to its word: what stands in my text while nothing of mine is unsaved is durable. */
  note(): void {
    if (this.view.unsaved > 0) return;
    for (const id of this.files.keys()) {
      const saved = this.saved.get(id) ?? new Set();
      this.saved.set(id, saved);
      for (const marker of markersIn(this.text(id))) saved.add(marker);
    }
  }

  close(): void {
    for (const file of this.files.values()) file.close();
    this.room.close();
  }

  /** Inserts, deletes or replaces a random range of a random file, never within a marker. */
  #edit(): void {
    const file = this.#random.pick([...this.files.values()]);
    if (file.state.get() !== "ready") return;
    const shown = file.text.toString();
    const gap = this.#random.pick(gapsIn(shown));
    const from = boundary(shown, gap.from + this.#random.below(gap.to - gap.from + 1));
    const most = Math.min(LONGEST_CUT, gap.to - from);
    const to = this.#random.below(2) === 0 ? from : boundary(shown, from + this.#random.below(most + 1));
    const writes = to === from || this.#random.below(2) === 0;
    file.doc.transact(() => {
      file.text.delete(from, to - from);
      if (writes) file.text.insert(from, this.#words() + markerOf(this.#who, this.#count++));
    });
  }

  #words(): string {
    return Array.from({ length: this.#random.below(5) }, () => this.#random.pick(WORDS)).join("");
  }

  #say(): void {
    const text = `${this.#words()}${markerOf(this.#who, this.#count++)}`;
    this.#try(
      "chat",
      this.room.chat.send(text).then(() => this.sent.add(text)),
    );
  }

  #rename(): void {
    const id = this.#random.pick([...this.files.keys()]);
    this.#try("rename", this.room.tree.rename(id, `file ${this.#random.below(3)}.txt`));
  }

  #look(): void {
    const file = this.#random.pick([...this.files.keys()]);
    this.room.point({ file, topLine: this.#random.below(100), typing: this.#random.below(2) === 0 });
  }

  /** A person is told in words when the network keeps a request from going through; anything else is a fault. */
  #try(what: string, doing: Promise<unknown>): void {
    doing.catch((error: unknown) => {
      if (!(error instanceof RoomError)) this.faults.push(`${this.name}: ${what}: ${error}`);
      else if (error.code !== 0) this.faults.push(`${this.name}: ${what}: ${error.code} ${error.text}`);
    });
  }
}

function nameOf(who: number): string {
  return `Person ${who}`;
}
