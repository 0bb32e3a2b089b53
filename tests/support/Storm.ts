import { digestOf, toHex } from "@coterie/core";
import { expect } from "vitest";
import { Participant, type ShakyWorld } from "./Participant.ts";
import type { Random } from "./Random.ts";

export interface Crowd {
  /** Of these, two are viewers and one is the owner. */
  readonly people: number;
  readonly files: number;
  readonly server: string;
  readonly adminKey: string;
  readonly world: () => ShakyWorld;
  readonly random: Random;
}

const VIEWERS = 2;

/**
 * Many people in one permanent room, typing over each other while the network and the hub fail them. What they do comes from
 * one seed, when it reaches the others does not. After `settle` everybody is back, and `agree` holds the room to all that it
 * promised: one history, one text, nothing lost that anybody saw as saved.
 */
export class Storm {
  readonly people: Participant[];
  readonly files: readonly string[];
  readonly #crowd: Crowd;

  private constructor(crowd: Crowd, owner: Participant, files: readonly string[]) {
    this.#crowd = crowd;
    this.people = [owner];
    this.files = files;
  }

  static async gather(crowd: Crowd): Promise<Storm> {
    const owner = await Participant.found(crowd.world(), crowd.server, crowd.adminKey, crowd.random.fork());
    const files: string[] = [];
    for (let i = 0; i < crowd.files; i++) files.push(await owner.room.tree.create("file", undefined, `file ${i}.txt`));
    const storm = new Storm(crowd, owner, files);
    await owner.open(files);
    while (storm.people.length < crowd.people) await storm.join(storm.people.length <= VIEWERS ? "viewer" : "editor");
    return storm;
  }

  get owner(): Participant {
    return this.people[0]!;
  }

  async join(role: "editor" | "viewer"): Promise<Participant> {
    const link = this.owner.room.link(role)!;
    const { world, random } = this.#crowd;
    const one = await Participant.join(world(), link, this.people.length, random.fork());
    await one.open(this.files);
    this.people.push(one);
    return one;
  }

  /** Everybody acts, on average once in `pauseMs`, until `seconds` are over. Who joins meanwhile acts too. */
  async rage(seconds: number, pauseMs: number): Promise<void> {
    const end = performance.now() + seconds * 1000;
    while (performance.now() < end) {
      await sleep(this.#crowd.random.below((2 * pauseMs) / this.people.length));
      this.#crowd.random.pick(this.people).act();
    }
  }

  /** Before the power goes: what each person's screen says is saved now. */
  note(): void {
    for (const one of this.people) one.note();
  }

  /** Waits until everybody is connected, nothing of anybody's is unsaved, and all show the same; or for as long as they may take. */
  async settle(timeout: number): Promise<void> {
    const calm = (one: Participant) => one.view.connection === "connected" && one.view.unsaved === 0;
    const restless = () =>
      this.people
        .filter((one) => !calm(one))
        .map(({ name, view }) => `${name}: ${view.connection}, ${view.unsaved} unsaved`);
    await expect.poll(restless, { timeout, interval: 100 }).toEqual([]);
    const views = () => new Set(this.people.map((one) => JSON.stringify([...this.#texts(one), shown(one)]))).size;
    await expect.poll(views, { timeout, interval: 200 }).toBe(1);
    this.note();
  }

  /** One history, one text, one tree, one chat; no alarm, no fault, nothing lost. */
  async agree(): Promise<void> {
    for (const id of this.files) await this.#agreeOn(id);
    const { chat, tree, heads } = shown(this.owner);
    const texts = this.owner.room.chat.view.get().map(({ text }) => text);
    for (const one of this.people) {
      expect(shown(one), one.name).toEqual({ chat, tree, heads });
      expect(texts, `what ${one.name} said`).toEqual(expect.arrayContaining([...one.sent]));
      expect(one.view.alarms, one.name).toEqual([]);
      expect(one.faults).toEqual([]);
    }
  }

  /** How much stood at stake. */
  get tally(): string {
    const saved = this.files.map((id) => new Set(this.people.flatMap((one) => [...(one.saved.get(id) ?? [])])).size);
    const positions = [...this.owner.room.heads().values()].reduce((sum, { seq }) => sum + seq, 0);
    const markers = saved.reduce((sum, count) => sum + count, 0);
    const said = this.people.reduce((sum, one) => sum + one.sent.size, 0);
    return `${this.people.length} people, ${positions} positions, ${markers} edits and ${said} messages seen as saved`;
  }

  #texts(one: Participant): string[] {
    return this.files.map((id) => one.text(id));
  }

  async #agreeOn(id: string): Promise<void> {
    const text = this.owner.text(id);
    const digest = toHex(await digestOf(this.owner.document(id)));
    for (const one of this.people) {
      expect(one.text(id), `${one.name}'s text`).toBe(text);
      expect(toHex(await digestOf(one.document(id))), `${one.name}'s digest`).toBe(digest);
      const lost = [...(one.saved.get(id) ?? [])].filter((marker) => !text.includes(marker));
      expect(lost, `saved for ${one.name}`).toEqual([]);
    }
  }

  close(): void {
    for (const one of this.people) one.close();
  }
}

/** What must be the same for everybody, beside the files. */
function shown({ room }: Participant) {
  return {
    chat: room.chat.view.get().map(({ text, memberId }) => `${memberId} ${text}`),
    tree: room.tree.view.get().map(({ id, path, shownName }) => `${id} ${path} ${shownName}`),
    heads: [...room.heads()].map(([stream, { seq, head }]) => `${stream} ${seq} ${toHex(head)}`).sort(),
  };
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
