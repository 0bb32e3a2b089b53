import type { MemberId } from "../wire/Ids.ts";
import type { World } from "./World.ts";

const KEPT_AS = "verified";

/**
 * Whose words (K12) the person at this machine has compared: kept here, for this room, until they say otherwise or leave it. It is
 * about a member's key, so that no new rule, name or role of theirs changes it, and nobody else is told.
 */
export class Verified {
  readonly #world: World;
  readonly #room: string;
  #members: ReadonlySet<string> = new Set();

  /** @param room base32 */
  constructor(world: World, room: string) {
    this.#world = world;
    this.#room = room;
  }

  async load(): Promise<void> {
    this.#members = membersIn(await this.#world.vault.get(this.#room, KEPT_AS));
  }

  has(member: MemberId): boolean {
    return this.#members.has(member);
  }

  /** Another page of this machine may have marked others meanwhile: they stay. */
  async mark(member: string, yes: boolean): Promise<void> {
    await this.#world.vault.update(this.#room, KEPT_AS, (kept) => {
      const members = new Set(membersIn(kept));
      if (yes) members.add(member);
      else members.delete(member);
      this.#members = members;
      return members.size > 0 ? [...members] : undefined;
    });
  }
}

function membersIn(kept: unknown): ReadonlySet<string> {
  return new Set(Array.isArray(kept) ? kept.filter((member) => typeof member === "string") : []);
}
