import { memberWords } from "../rooms/Words.ts";
import { roomIdText } from "../wire/Base32.ts";
import type { MemberId } from "../wire/Ids.ts";
import type { RoomSync } from "./RoomSync.ts";

const KEPT_AS = "verified";

/**
 * Whose words (K13) the person at this machine has compared: kept here, for this room, until they say otherwise or leave it. It is
 * about a member's key, so that no new rule, name or role of theirs changes it, and nobody else is told.
 */
export class Verified {
  readonly #sync: RoomSync;
  readonly #changed: () => void;
  #members: ReadonlySet<string> = new Set();

  constructor(sync: RoomSync, changed: () => void) {
    this.#sync = sync;
    this.#changed = changed;
  }

  /** The words by which this member's key is recognised. @param member hex */
  wordsOf(member: string): readonly string[] {
    return memberWords(this.#sync.keyring.roomId, member as MemberId);
  }

  async load(): Promise<void> {
    this.#members = membersIn(await this.#sync.world.vault.get(this.#room, KEPT_AS));
  }

  has(member: MemberId): boolean {
    return this.#members.has(member);
  }

  /** Another page of this machine may have marked others meanwhile: they stay. */
  async mark(member: string, yes: boolean): Promise<void> {
    await this.#sync.world.vault.update(this.#room, KEPT_AS, (kept) => {
      const members = new Set(membersIn(kept));
      if (yes) members.add(member);
      else members.delete(member);
      this.#members = members;
      return members.size > 0 ? [...members] : undefined;
    });
    this.#changed();
  }

  /** Base32. */
  get #room(): string {
    return roomIdText(this.#sync.keyring.roomId);
  }
}

function membersIn(kept: unknown): ReadonlySet<string> {
  return new Set(Array.isArray(kept) ? kept.filter((member) => typeof member === "string") : []);
}
